import type { Failure } from "../http/failure";
import type { Attempt } from "../http/patience";
import { type Exchange, redirectInWords } from "../http/transport";
import { type JsonText, parseJson } from "../util/json";

/** What the server answered, once retries are over. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Longest wait that a server is granted, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** What one exchange with TFE means, before anything of it is understood. */
export function outcomeOf(exchange: Exchange): Attempt<Answer> {
  switch (exchange.type) {
    case "answered":
      return outcomeOfAnswer(exchange.status, exchange.headers, exchange.text);
    case "redirected":
      return {
        type: "hopeless",
        reason: redirectInWords(exchange),
        fix:
          exchange.to === undefined
            ? "check what is in front of the server: a proxy or a login page may answer instead"
            : "use the server's own name",
      };
    case "hopeless":
    case "lost":
    case "too-slow":
      return exchange satisfies Failure;
  }
}

function outcomeOfAnswer(status: number, headers: Answer["headers"], text: string): Attempt<Answer> {
  if (status === 429) return { type: "refused", wait: resetOf(headers) ?? 1000, reason: "the rate limit is used up" };
  if (status >= 500) return { type: "lost", reason: `the server answered ${status}` };
  const fix = "check the hostname and that no proxy or login page is in front of the API";
  if (status < 300 && headers["content-type"]?.includes("text/html") === true)
    return { type: "hopeless", reason: "answered with a web page instead of JSON", fix };
  const json: JsonText = text.trim() === "" ? { type: "value", value: null } : parseJson(text);
  // What is there is told from what is not by a 404: only TFE's own says so.
  if (status === 404 && text.trim() !== "" && !isRefusal(json))
    return { type: "hopeless", reason: "answered 404 without TFE's error format", fix };
  if (json.type === "value") return { type: "answer", answer: { status, body: json.value, headers } };
  // Another refusal in other words than JSON, from a proxy for example, is one all the same.
  if (status >= 400) return { type: "answer", answer: { status, body: null, headers } };
  const reason = `the answer ${json.reason}`;
  return json.isCutOff ? { type: "lost", reason } : { type: "hopeless", reason, fix };
}

/** When the server takes requests again, in milliseconds from now; undefined when it does not say. */
export function resetOf(headers: Answer["headers"]): number | undefined {
  const seconds = Number(headers["x-ratelimit-reset"] ?? headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT) : undefined;
}

/** JSON:API's errors ("Error Objects"). */
function isRefusal(json: JsonText): boolean {
  return json.type === "value" && typeof json.value === "object" && json.value !== null && "errors" in json.value;
}
