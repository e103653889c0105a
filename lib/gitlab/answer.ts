import { z } from "zod";
import { type Exchange, redirectInWords } from "../http/transport";
import { parseJson } from "../util/json";
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
  | {
      readonly type: "refusal";
      readonly status: number;
      readonly said: string;
      /** OAuth's code of it, such as `insufficient_scope`; undefined where it has none. */
      readonly code: string | undefined;
    }
  /** To another host, which must not get the token. */
  | {
      readonly type: "redirect";
      readonly status: number;
      readonly to: string | undefined;
      readonly otherHost: boolean;
    }
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
      return `GitLab ${redirectInWords(answer)}`;
    case "rate-limit":
      return `GitLab asked Repoint to wait: ${answer.reason}`;
    case "no-answer":
      return answer.unreachable
        ? `GitLab cannot be reached: ${answer.came}${answer.fix === undefined ? "" : ` (${answer.fix})`}`
        : `this is not an answer of GitLab's API: ${answer.came}`;
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
/** What API gateways before GitLab say in its form: AWS's, Kong and Tyk. All of it is of a key of their own. */
const GATEWAY =
  /^(missing authentication token|user is not authorized to access this resource\b.*|the security token included in the request is .*|(the incoming )?token has expired|no api key found in request|invalid authentication credentials|no mandatory .* provided|you cannot consume this service|authorization field missing|(access to this api|key) (has been|not) (disallowed|authori[sz]ed)\b.*)\.?$/i;

/** What a refusal says, and OAuth's code of it; undefined for what is none of GitLab's. */
function refusalIn(body: unknown): { readonly said: string; readonly code: string | undefined } | undefined {
  const parsed = Refusal.safeParse(body);
  if (!parsed.success) return undefined;
  const refusal = parsed.data;
  const said =
    "error" in refusal
      ? (refusal.error_description ?? refusal.error)
      : typeof refusal.message === "string"
        ? refusal.message
        : quoted(refusal.message);
  const line = said.replace(/\s+/g, " ").trim();
  if (BARE.test(line) || GATEWAY.test(line)) return undefined;
  const code = "error" in refusal && /^[a-z]+(_[a-z]+)+$/.test(refusal.error) ? refusal.error : undefined;
  return { said: line.length > 400 ? `${line.slice(0, 400)}…` : line, code };
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
  const json = parseJson(text);
  if (json.type === "wrong") return none(json.isCutOff ? "text that is not JSON" : `JSON that ${json.reason}`);
  const body = json.value;
  if (status >= 400) {
    const refusal = refusalIn(body);
    return refusal === undefined ? none("JSON that is not GitLab's") : { type: "refusal", status, ...refusal };
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return { type: "parsed", value: parsed.data, foundAt };
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  return none(
    `JSON that differs from GitLab's documentation (${place === "" ? "" : `${place}: `}${issue?.message ?? "?"})`,
  );
}
