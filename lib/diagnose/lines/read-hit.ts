import type { Observation, Spot, Symptom } from "../observation";
import type { Hit } from "../scan/hit";
import {
  authFailure,
  ban,
  failReason,
  isGitlabRecord,
  isRefusedApi,
  isTokenRequest,
  tokenRequest,
  webhookJob,
} from "./gitlab-record";
import { fileOfHeading, sourceOfHeading } from "./heading";
import type { JsonObject } from "./lenient-json";
import { joinParts } from "./line-parts";
import { besideOf } from "./machine";
import { failedConnection, symptomsIn } from "./phrases";
import { originOf } from "./recognise";
import { parseTime, timeInText } from "./time";
import { type Unwrapped, unwrap } from "./unwrap";

/** What one hit says, and how its line was wrapped. */
export interface Read {
  readonly line: Unwrapped;
  readonly observations: readonly Observation[];
}

/** Reads a hit. Never throws; what it cannot read comes back as `not-understood`. */
export function readHit(hit: Hit, inputName: string): Read {
  const fileName = fileOfHeading(hit.heading) ?? inputName;
  const spot: Spot = { offset: hit.offset, line: hit.line };
  const unwrapped = unwrap(hit.shape === "line" ? joinParts(hit.text) : hit.text, hit.shape === "piece");
  const line: Unwrapped =
    hit.shape === "object" ? { ...unwrapped, wrappings: [...unwrapped.wrappings, "pretty-printed"] } : unwrapped;
  const observations =
    line.records.length === 0
      ? readText(line, hit, spot, fileName)
      : line.records.flatMap((record) => readRecord(record, line, hit, spot));
  return { line, observations };
}

function readRecord(record: JsonObject, line: Unwrapped, hit: Hit, spot: Spot): readonly Observation[] {
  const beside = besideOf(hit.beside);
  const context = {
    spot,
    pod: line.pod,
    machine: [line.machine, line.machines.get(record)].filter(Boolean).join(" ") || null,
    beside: beside.said,
    heading: hit.heading === null ? null : sourceOfHeading(hit.heading),
    at: line.at,
    cutOut: hit.shape === "object" && !beside.isNamed,
    damaged: line.damaged,
  };
  if (record.message === "Rack_Attack") return [ban(record, context)];
  if (isTokenRequest(record)) {
    return [tokenRequest(record, context)];
  }
  if (failReason(record) !== null || isRefusedApi(record) || (line.damaged && line.text.includes("auth_fail_reason")))
    return [authFailure(record, context)];
  if (typeof record.class === "string" && record.class.includes("WebHookWorker")) return [webhookJob(record, context)];
  const path = record.path;
  if (typeof path === "string" && path.includes("/webhooks/vcs") && record.method === "POST") {
    return [{ type: "webhook", spot, at: parseTime(record.time) ?? line.at, correlationId: null }];
  }
  if (line.damaged) return [{ type: "not-understood", reason: "json-broken", spot }];
  // What else GitLab logs is about other requests, and quotes what users wrote: an issue's title, a search.
  if (isGitlabRecord(record) || "correlation_id" in record) return [{ type: "irrelevant", why: "other-request" }];
  const symptoms = symptomsIn(line.records.length === 1 ? line.text : textOf(record));
  if (symptoms.length > 0) return [{ type: "not-understood", reason: "other-product", spot }];
  return [{ type: "irrelevant", why: "other-request" }];
}

/** A record's own texts; the record as it stands may nest too deeply to be printed. */
function textOf(record: JsonObject): string {
  return Object.values(record)
    .filter((value) => typeof value === "string")
    .join("\n");
}

function readText(line: Unwrapped, hit: Hit, spot: Spot, fileName: string): readonly Observation[] {
  const symptoms = symptomsOf(line, spot, fileName);
  if (symptoms.length > 0) return symptoms;
  if (hit.shape === "piece") return [{ type: "not-understood", reason: "line-too-long", spot }];
  if (/\/webhooks\/vcs/.test(line.text)) {
    if (!/\bPOST\b/.test(line.text) || /\bCompleted\b/.test(line.text))
      return [{ type: "irrelevant", why: "other-request" }];
    return [{ type: "webhook", spot, at: timeInText(line.text) ?? line.at, correlationId: null }];
  }
  if (
    /POST\\?"? \\?"?\S*\/oauth\/token(?!\/)|"(?:uri|request_uri|url)" ?: ?"[^"]{0,300}\/oauth\/token["?]/.test(hit.text)
  )
    return [{ type: "not-understood", reason: "no-token-request-log", spot }];
  if (
    /\/oauth\/token(?:\/|_)|WebHookWorker|Rack_Attack|responded with code|account has been|status|[Tt]ime(?:out|d out)|expired|exceeded|certificate|x509|onnection re|ECONN|to host|getaddrinfo|such host|resolve|EOFError|Proxy/.test(
      line.text,
    )
  )
    return [{ type: "irrelevant", why: "other-request" }];
  return [{ type: "not-understood", reason: "unknown-text", spot }];
}

/** Terraform Enterprise's connections to other code hosts are refused in similar words. */
const isOfAnotherHost = (text: string): boolean =>
  /:\/\/(?:[\w-]+\.){0,4}(?:github|bitbucket)\.(?:com|org)\/|:\/\/dev\.azure\.com\//.test(text) &&
  !/gitlab/i.test(text);

const requestId = /\[([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]/i;

function symptomsOf(line: Unwrapped, spot: Spot, fileName: string): readonly Symptom[] {
  const told = symptomsIn(line.text);
  const failed = told.length > 0 ? undefined : failedConnection(line.text);
  const kinds = failed === undefined ? told : [failed];
  if (kinds.length === 0 || isOfAnotherHost(line.text)) return [];
  const origin = originOf(line, fileName);
  // Every program fails to connect now and then.
  if (failed !== undefined && origin === "other") return [];
  return kinds.map((kind) => ({
    type: "symptom",
    spot,
    at: timeInText(line.text) ?? line.at,
    correlationId: requestId.exec(line.text)?.[1] ?? null,
    kind,
    origin,
    component: line.component,
  }));
}
