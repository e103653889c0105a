/** What goes wrong with a request. */
export type Fault =
  | { readonly status: number }
  | { readonly delayMs: number }
  | { readonly drop: true }
  | { readonly truncate: true }
  /** Answers 429 and asks for this many seconds of patience. */
  | { readonly rateLimit: number };

export interface FaultRule {
  readonly server?: "tfe" | "gitlab";
  readonly method?: string;
  /** Matched against the path: a text as a part of it, a regular expression anywhere in it. @default every path */
  readonly path?: string | RegExp;
  /** After this many matching requests. @default 0 */
  readonly after?: number;
  /** For this many requests. @default all */
  readonly times?: number;
  readonly fault: Fault;
}

/** Faults that a test or a control request scripts. */
export class Faults {
  private rules: { readonly rule: FaultRule; seen: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, seen: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault for a request, if any; the first rule that applies decides. */
  take(server: "tfe" | "gitlab", method: string, path: string): Fault | undefined {
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.server !== undefined && rule.server !== server) continue;
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
      if (rule.path !== undefined && !(typeof rule.path === "string" ? path.includes(rule.path) : rule.path.test(path)))
        continue;
      entry.seen += 1;
      const from = rule.after ?? 0;
      if (entry.seen > from && entry.seen <= from + (rule.times ?? Number.POSITIVE_INFINITY)) return rule.fault;
    }
    return undefined;
  }
}
