import type { TokenCheck } from "../../gitlab/check-token";
import { judgeLife, type LifeLimits, type TokenLife, tokenLife } from "../../gitlab/token-life";
import type { PatReading } from "../../inventory/schema";
import { ago } from "../shared/ago";
import { renewCommand } from "../shared/pat-life";
import { type ExpiryEntry, statuses } from "./report";

/** What is known of one organization's PAT. */
export interface PatFacts {
  /** The organization file's name, without `.yaml`. */
  readonly name: string;
  readonly hostname: string | null;
  readonly organization: string | null;
  /** The variable that the PAT is taken from; null where the organization file cannot be read. */
  readonly variable: string | null;
  /** What GitLab says now. */
  readonly asked: AskedPat | undefined;
  /** What the inventory recorded. */
  readonly recorded: PatReading | null;
}

export type AskedPat =
  | { readonly type: "answered"; readonly check: TokenCheck }
  /** GitLab was not, or could not be, asked. `code`: 2 for what the user gave, 3 for a server. */
  | { readonly type: "not-asked"; readonly reason: string; readonly todo: string; readonly code: 2 | 3 };

export interface JudgedPat {
  readonly entry: ExpiryEntry;
  readonly code: 0 | 1 | 2 | 3;
  /** When it ends, in milliseconds since 1970; undefined where that is not known, or never. */
  readonly endsAt: number | undefined;
}

/** Says how long a PAT lasts. Pure. @param now milliseconds since 1970 */
export function judgePat(facts: PatFacts, now: number, limits: LifeLimits): JudgedPat {
  const { asked, recorded } = facts;
  if (asked?.type === "answered") return fromGitlab(facts, asked.check, now, limits);
  if (recorded !== null) return fromInventory(facts, recorded, now, limits);
  if (asked === undefined) {
    const what = `nothing is known of its PAT: ${facts.variable} is not set, and the inventory has recorded nothing`;
    const next = `set ${facts.variable} to the PAT, then repoint expiry ${facts.name}`;
    return { entry: entryOf(facts, { status: "failed", what, next }), code: 2, endsAt: undefined };
  }
  const { reason: what, todo: next, code } = asked;
  return { entry: entryOf(facts, { status: "failed", what, next }), code, endsAt: undefined };
}

function fromGitlab(facts: PatFacts, check: TokenCheck, now: number, limits: LifeLimits): JudgedPat {
  const { name, variable, recorded } = facts;
  const read = { source: "gitlab", readAt: new Date(now).toISOString() } as const;
  if (check.type === "unusable") {
    const what = `GitLab cannot use it: ${check.reason}`;
    const next = `set ${variable} to the connection's PAT if it holds another one; else ${renewCommand(name)} with a new one`;
    const entry = entryOf(facts, { status: "error", what, next, ...read, usable: false });
    return { entry, code: 1, endsAt: undefined };
  }
  const usable = check.type === "usable" ? true : null;
  const doubt = check.type === "unknown" ? `; ${check.reason}` : "";
  if (check.expiresAt === undefined) {
    const what = `how long it lasts is unknown${doubt}`;
    const next = "look at the token in GitLab, under Access tokens of its user";
    return { entry: entryOf(facts, { status: "unknown", what, next, ...read, usable }), code: 1, endsAt: undefined };
  }
  const judged = withLife(facts, tokenLife(check.expiresAt, now), limits, { ...read, usable }, doubt);
  const other = recorded?.tokenId != null && check.id !== undefined && recorded.tokenId !== check.id;
  if (!other) return judged;
  const { entry, code } = judged;
  const what = `${entry.what}; it is not the token that repoint verify saw at ${recorded.readAt} (id ${recorded.tokenId} in GitLab, this one is ${check.id})`;
  const status = entry.status === "ok" ? "warning" : entry.status;
  const next =
    entry.next ??
    `check that ${variable} holds the token of this organization's connection, then repoint verify ${name}`;
  return { ...judged, code, entry: { ...entry, status, what, next } };
}

function fromInventory(facts: PatFacts, recorded: PatReading, now: number, limits: LifeLimits): JudgedPat {
  const { name, variable, asked } = facts;
  const { readAt, usable, reason, expiresAt } = recorded;
  const read = { source: "inventory", readAt, usable } as const;
  const age = `, as GitLab said ${ago(Date.parse(readAt), now)}`;
  const judged = usable
    ? withLife(facts, tokenLife(expiresAt, now), limits, read, age)
    : {
        entry: entryOf(facts, {
          status: "error",
          what: `GitLab could not use it${age}: ${reason ?? "it gave no reason"}`,
          next: `set ${variable} to the PAT, then repoint expiry ${name}; ${renewCommand(name)} replaces it`,
          ...read,
        }),
        code: 1 as const,
        endsAt: undefined,
      };
  if (asked?.type !== "not-asked") return judged;
  const { entry } = judged;
  const code = asked.code;
  return {
    ...judged,
    code,
    entry: { ...entry, status: "failed", what: `${asked.reason}. The inventory says: ${entry.what}`, next: asked.todo },
  };
}

function withLife(
  facts: PatFacts,
  life: TokenLife,
  limits: LifeLimits,
  read: Pick<ExpiryEntry, "source" | "readAt" | "usable">,
  more: string,
): JudgedPat {
  const { status, what } = judgeLife(life, limits);
  const next = status === "ok" ? null : status === "unknown" ? "look at the token in GitLab" : renewCommand(facts.name);
  const entry = entryOf(facts, { status, what: `${what}${more}`, next, ...read, ...daysOf(life) });
  const code = status === "error" || status === "unknown" ? 1 : 0;
  return { entry, code, endsAt: life.type === "ends" || life.type === "ended" ? life.at : undefined };
}

function daysOf(life: TokenLife): Pick<ExpiryEntry, "expires" | "expiresOn" | "daysLeft"> {
  switch (life.type) {
    case "endless":
      return { expires: "never", expiresOn: null, daysLeft: null };
    case "no-day":
      return { expires: "unknown", expiresOn: null, daysLeft: null };
    case "ends":
    case "ended":
      return { expires: "on-date", expiresOn: life.on, daysLeft: life.days };
  }
}

type Given = Pick<ExpiryEntry, "status" | "what" | "next"> & Partial<ExpiryEntry>;

function entryOf({ name, hostname, organization }: PatFacts, given: Given): ExpiryEntry {
  return {
    name,
    hostname,
    organization,
    source: null,
    readAt: null,
    usable: null,
    expires: "unknown",
    expiresOn: null,
    daysLeft: null,
    ...given,
  };
}

/** Those that do not work first, then soonest first; those that never end last. */
export function soonestFirst(pats: readonly JudgedPat[]): readonly JudgedPat[] {
  const rank = ({ entry, endsAt }: JudgedPat): number => {
    if (entry.usable === false) return Number.NEGATIVE_INFINITY;
    if (endsAt !== undefined) return endsAt;
    return entry.expires === "never" ? Number.POSITIVE_INFINITY : Number.MAX_SAFE_INTEGER;
  };
  const byStatus = (a: ExpiryEntry, b: ExpiryEntry) => statuses.indexOf(a.status) - statuses.indexOf(b.status);
  return [...pats].sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first !== second) return first < second ? -1 : 1;
    return byStatus(a.entry, b.entry) || (a.entry.name < b.entry.name ? -1 : 1);
  });
}
