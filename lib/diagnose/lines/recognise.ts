import type { Symptom } from "../observation";
import type { JsonObject } from "./lenient-json";
import { isBareSentence } from "./phrases";
import type { Unwrapped } from "./unwrap";
import { VCS_EVENTS } from "./vcs-event";

/** The kinds of logs that are told apart. The first nine are read; the rest is recognised to be able to say what is needed instead. */
export const logKinds = [
  "gitlab-production-json",
  "gitlab-api-json",
  "gitlab-sidekiq-json",
  "gitlab-auth-json",
  "tfe-atlas",
  "tfe-sidekiq",
  "tfe-flexible",
  "tfe-text",
  "tfe-vcs-events",
  "gitlab-production-text",
  "web-server-log",
  "other-json",
] as const;
export type LogKind = (typeof logKinds)[number];

/** Which kinds of log a line speaks for; none when it does not tell. */
export function recogniseLine(line: Unwrapped, fileName: string): readonly LogKind[] {
  if (line.wrappings.includes("flexible-json") && line.component === VCS_EVENTS) return [VCS_EVENTS];
  if (line.wrappings.includes("flexible-json")) return ["tfe-flexible", ...componentKind(line.component)];
  if (line.records.length > 0) return [...new Set(line.records.map((record) => recordKind(record)))];
  if (webServer.test(line.text)) return ["web-server-log"];
  const tfe = tfeKinds(line, line.file ?? fileName);
  if (tfe.length > 0) return tfe;
  return railsText.test(line.text) ? ["gitlab-production-text"] : [];
}

/** Whose a line of text is that tells of a refusal. */
export function originOf(line: Unwrapped, fileName: string): Symptom["origin"] {
  if (line.wrappings.includes("flexible-json") || tfeKinds(line, line.file ?? fileName).length > 0) return "tfe";
  const plain = line.wrappings.every((wrapping) => wrapping === "grep-prefix" || wrapping === "timestamps");
  return plain && isBareSentence(line.text) ? "unclear" : "other";
}

function recordKind(record: JsonObject): LogKind {
  const { subcomponent, path } = record;
  if (subcomponent === "production_json") return "gitlab-production-json";
  if (subcomponent === "api_json") return "gitlab-api-json";
  if (subcomponent === "auth_json" || record.message === "Rack_Attack") return "gitlab-auth-json";
  if ("class" in record && "jid" in record) return "gitlab-sidekiq-json";
  if ("controller" in record && "status" in record) return "gitlab-production-json";
  if (typeof path !== "string" || !("status" in record)) return "other-json";
  if ("route" in record || path.includes("/api/v4")) return "gitlab-api-json";
  if (path.includes("/webhooks/vcs")) return "tfe-atlas";
  return path.endsWith("/oauth/token") ? "gitlab-production-json" : "other-json";
}

/** By the name of a component, a container or a file. GitLab has a Sidekiq too. */
function componentKind(name: string | null): readonly LogKind[] {
  if (name === null || /gitlab/i.test(name)) return [];
  if (/sidekiq/i.test(name)) return ["tfe-sidekiq"];
  if (/atlas/i.test(name)) return ["tfe-atlas"];
  return /^\/?(?:ptfe|tfe|terraform-enterprise)/i.test(name) ? ["tfe-text"] : [];
}

const railsText = /^(?:[IWEFD], \[|Started (?:GET|POST|PUT|PATCH|DELETE|HEAD) "|Processing by |Completed \d{3} )/;
const webServer = /^\S+ \S+ \S+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:/;
/** How a line of Terraform Enterprise's logs begins, after the request's id and the like in brackets. */
const tfeText =
  /^(.{0,80}?)\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\s?(?:Z|UTC|[+-]\d{4})? \[(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\] ((?:\[[^\]]{0,80}\] ?){0,4})/;
const uuid = /^\[[0-9a-f]{8}-[0-9a-f]{4}-/i;

/** The kinds of Terraform Enterprise's logs that a line of text is of. Other programs begin their lines in the same way, so more must agree. */
function tfeKinds(line: Unwrapped, fileName: string): readonly LogKind[] {
  const byComponent = line.pod !== null && /gitlab/i.test(line.pod) ? [] : componentKind(line.component);
  if (byComponent.length > 0) return byComponent;
  const match = tfeText.exec(line.text);
  if (match === null) return [];
  const [begin, prefix = "", tags = ""] = match;
  const byPrefix = /\b(?:ptfe[_-]|tfe-)?(?:atlas|sidekiq)\b/.exec(prefix)?.[0] ?? null;
  const names = [byPrefix, ...fileName.split(/[/\\!]/).reverse()];
  const byName = names.map((name) => componentKind(name)).find((kinds) => kinds.length > 0);
  if (byName !== undefined) return byName;
  return uuid.test(tags) || isBareSentence(line.text.slice(begin.length)) ? ["tfe-text"] : [];
}
