import type { JsonObject } from "./lenient-json";
import type { Unwrapped } from "./unwrap";

/** The kinds of logs that are told apart. The first eight are read; the rest is recognised to be able to say what is needed instead. */
export const logKinds = [
  "gitlab-production-json",
  "gitlab-api-json",
  "gitlab-sidekiq-json",
  "gitlab-auth-json",
  "tfe-atlas",
  "tfe-sidekiq",
  "tfe-flexible",
  "tfe-text",
  "gitlab-production-text",
  "web-server-log",
  "other-json",
] as const;
export type LogKind = (typeof logKinds)[number];

/** Which kinds of log a line speaks for; none when it does not tell. */
export function recogniseLine(line: Unwrapped, fileName: string): readonly LogKind[] {
  if (line.wrappings.includes("flexible-json")) return ["tfe-flexible", ...componentKind(line.component)];
  if (line.records.length > 0) return [...new Set(line.records.map((record) => recordKind(record)))];
  return textKind(line, line.file ?? fileName);
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

function componentKind(component: string | null): readonly LogKind[] {
  if (component === null) return [];
  if (/sidekiq/i.test(component)) return ["tfe-sidekiq"];
  return /atlas/i.test(component) ? ["tfe-atlas"] : [];
}

const railsText = /^(?:[IWEFD], \[|Started (?:GET|POST|PUT|PATCH|DELETE|HEAD) "|Processing by |Completed \d{3} )/;
const webServer = /^\S+ \S+ \S+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:/;
const tfeText =
  /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d+)?\s?(?:Z|UTC|[+-]\d{4})? \[(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\]/;

function textKind(line: Unwrapped, fileName: string): readonly LogKind[] {
  if (webServer.test(line.text)) return ["web-server-log"];
  const byComponent = componentKind(line.component);
  if (byComponent.length > 0) return byComponent;
  if (tfeText.test(line.text)) {
    const names = fileName.split(/[/\\!]/).reverse();
    const byName = names.map((name) => componentKind(name)).find((kinds) => kinds.length > 0);
    return byName ?? ["tfe-text"];
  }
  if (/responded with code \d{3}, message/.test(line.text)) return ["tfe-text"];
  return railsText.test(line.text) ? ["gitlab-production-text"] : [];
}
