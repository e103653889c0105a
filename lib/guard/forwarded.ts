import { jsonText } from "../util/json-text";
import type { GuardAnswer } from "./answer";
import type { GuardRequest } from "./ruling";
import { answerWithoutSelfHtml } from "./self-html";
import type { UpstreamAnswer } from "./upstream";

/** What the API documents of a request, and who asks. */
const UP = ["accept", "content-type", "user-agent"];
/**
 * What the API documents of an answer, and go-tfe reads (`tfe.go`, `_header…`). Not `X-RateLimit-*`: the guard keeps to the limit, and a
 * provider that is told of none does not slow itself down.
 */
const DOWN = [
  "content-type",
  "tfp-api-version",
  "tfp-appname",
  "x-tfe-version",
  "x-tfe-current-version",
  "x-request-id",
];

const only = (headers: GuardRequest["headers"], names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    }),
  );

export const requestHeaders = (headers: GuardRequest["headers"]): Readonly<Record<string, string>> => only(headers, UP);

/**
 * The server's answer as it goes on: without pages' addresses for people (`links.self-html`), of which the provider would make
 * `http://` ones (`html_url`, resource_tfe_workspace.go).
 */
export function forwarded({ status, headers, json, text }: UpstreamAnswer): GuardAnswer {
  const body = json !== undefined && text.includes('"self-html"') ? jsonText(answerWithoutSelfHtml(json)) : text;
  return { status, headers: only(headers, DOWN), body };
}
