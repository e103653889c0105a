import { z } from "zod";
import type { Exchange } from "../http/transport";
import { quoted } from "../util/json-text";

/** A question to GitLab can end in these ways. Only `parsed` and `refusal` are facts. */
export type GitlabAnswer<T> =
  /** What was asked for. */
  | {
      readonly type: "parsed";
      readonly value: T;
      /** Where it was found, when GitLab redirected there on the same host; a moved project does. */
      readonly foundAt: URL | undefined;
    }
  /** GitLab says no, in its own words. */
  | { readonly type: "refusal"; readonly status: number; readonly said: string }
  /** To another host, where the token is not sent. */
  | { readonly type: "redirect"; readonly status: number; readonly to: string }
  /** It asks to wait (429, 503), longer than there is patience. */
  | { readonly type: "rate-limit"; readonly reason: string }
  /** Nothing that GitLab's API says: of a login page, a proxy, or nobody. */
  | {
      readonly type: "no-answer";
      /** What came instead. */
      readonly came: string;
      readonly fix: string | undefined;
      /** Whether nobody answered at all, so that asking for something else is in vain too. */
      readonly unreachable: boolean;
    };

/** What is no parsed answer, in one sentence that says what came. */
export function explain(answer: Exclude<GitlabAnswer<unknown>, { type: "parsed" }>): string {
  switch (answer.type) {
    case "refusal":
      return `GitLab refused with ${answer.status}: ${answer.said}`;
    case "redirect":
      return `GitLab answered ${answer.status}, which leads to ${answer.to}: another host, where the token is not sent`;
    case "rate-limit":
      return `GitLab asks to wait: ${answer.reason}`;
    case "no-answer":
      return answer.unreachable
        ? `GitLab cannot be reached: ${answer.came}${answer.fix === undefined ? "" : ` (${answer.fix})`}`
        : `this is no answer of GitLab's API: ${answer.came}`;
  }
}

/**
 * GitLab's forms of a refusal: `message`, or `error` with a description (GitLab, "REST API", "Status codes"; OAuth errors in
 * Doorkeeper's form). An API gateway's own `{"message":"Forbidden"}` is none: GitLab's begins with the status or is a sentence.
 */
const Refusal = z.union([
  z.strictObject({ message: z.union([z.string().min(1), z.record(z.string(), z.unknown())]) }),
  z.looseObject({ error: z.string().min(1), error_description: z.string().optional() }).refine(
    // Other frameworks' have a time, a path or a status beside it.
    (body) => !["timestamp", "path", "status", "statusCode", "code"].some((key) => key in body),
  ),
]);
const BARE = /^(unauthorized|forbidden|not found|bad request|access denied|internal server error)\.?$/i;

/** What a refusal says; undefined for what is none of GitLab's. */
function refusalIn(body: unknown): string | undefined {
  const parsed = Refusal.safeParse(body);
  if (!parsed.success) return undefined;
  const refusal = parsed.data;
  const said =
    "error" in refusal
      ? (refusal.error_description ?? refusal.error)
      : typeof refusal.message === "string"
        ? refusal.message
        : quoted(refusal.message);
  if (BARE.test(said.trim())) return undefined;
  const line = said.replace(/\s+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

type Answered = Extract<Exchange, { type: "answered" }>;

/** Tells what a whole answer below 500 (other than 429) is. */
export function answerIn<T>(
  { status, headers, text, url }: Answered,
  asked: URL,
  schema: z.ZodType<T>,
): Exclude<GitlabAnswer<T>, { type: "rate-limit" }> {
  const foundAt = url.pathname === asked.pathname ? undefined : url;
  const none = (came: string) => {
    const after = foundAt === undefined ? "" : `, after a redirect to ${foundAt.pathname}`;
    return { type: "no-answer", came: `${status} with ${came}${after}`, fix: undefined, unreachable: false } as const;
  };
  if (text.trim() === "") return none("an empty body");
  if (headers["content-type"]?.includes("html") === true || text.trimStart().startsWith("<"))
    return none("HTML (a login page or a proxy?)");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return none("text that is not JSON");
  }
  if (status >= 400) {
    const said = refusalIn(body);
    return said === undefined ? none("JSON that is not GitLab's") : { type: "refusal", status, said };
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return { type: "parsed", value: parsed.data, foundAt };
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  return none(`JSON that is not what GitLab documents (${place === "" ? "" : `${place}: `}${issue?.message ?? "?"})`);
}
