import type { ServerResponse } from "node:http";
import { jsonText } from "../util/json-text";
import type { UpstreamEnding } from "./upstream";

/** What the guard gives its caller. */
export interface GuardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** "" for none. */
  readonly body: string;
}

const JSON_API = { "content-type": "application/vnd.api+json" };

/**
 * An error in JSON:API's words, which the provider prints with title and detail. The status is none that the provider takes for
 * something else: it asks again after 429 and 5xx, takes 404 for "is gone", and prints nothing of 401 and 404
 * (go-tfe, `checkResponseCode` and `retryHTTPCheck`).
 */
export function errorAnswer(status: 400 | 403 | 407 | 424, title: string, detail: string): GuardAnswer {
  return {
    status,
    headers: JSON_API,
    body: jsonText({ errors: [{ status: String(status), title: `Repoint's guard: ${title}`, detail }] }),
  };
}

/** @param body undefined for none */
export function jsonAnswer(status: number, body: unknown): GuardAnswer {
  if (body === undefined) return { status, headers: {}, body: "" };
  return { status, headers: JSON_API, body: jsonText(body) };
}

export function give(response: ServerResponse, { status, headers, body }: GuardAnswer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, body === "" ? headers : { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** What the provider is told when the server gives no answer; it does not ask again after 424. */
export function failureAnswer(ending: Exclude<UpstreamEnding, { type: "answered" }>): GuardAnswer {
  if (ending.type === "not-started") return errorAnswer(424, "not sent", "Nothing was sent.");
  const fix = ending.fix === undefined ? "" : `. What to do: ${ending.fix}`;
  return errorAnswer(424, "the server does not answer", `${ending.reason}${fix}`);
}
