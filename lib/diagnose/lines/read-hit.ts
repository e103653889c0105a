import type { Observation, Spot, Symptom } from "../observation";
import type { Hit } from "../scan/hit";
import { authFailure, failReason, isGitlabRecord, isTokenRequest, tokenRequest, webhookJob } from "./gitlab-record";
import type { JsonObject } from "./lenient-json";
import { inOwnWords, symptomsIn } from "./phrases";
import { parseTime, timeInText } from "./time";
import { type Unwrapped, unwrap } from "./unwrap";

/** What one hit says, and how its line was wrapped. */
export interface Read {
  readonly line: Unwrapped;
  readonly observations: readonly Observation[];
}

/** Reads a hit. Never throws; what it cannot read comes back as `not-understood`. */
export function readHit(hit: Hit): Read {
  const spot: Spot = { offset: hit.offset, line: hit.line };
  const unwrapped = unwrap(hit.text, hit.shape === "piece");
  const line: Unwrapped =
    hit.shape === "object" ? { ...unwrapped, wrappings: [...unwrapped.wrappings, "pretty-printed"] } : unwrapped;
  const observations =
    line.records.length === 0
      ? readText(line, hit, spot)
      : line.records.flatMap((record) => readRecord(record, line, spot));
  return { line, observations };
}

function readRecord(record: JsonObject, line: Unwrapped, spot: Spot): readonly Observation[] {
  const context = { spot, pod: line.pod, damaged: line.damaged };
  if (isTokenRequest(record)) {
    const observation = tokenRequest(
      { time: line.at === null ? undefined : new Date(line.at).toISOString(), ...record },
      context,
    );
    return [observation];
  }
  if (failReason(record) !== null || (line.damaged && line.text.includes("auth_fail_reason")))
    return [authFailure(record, context)];
  if (typeof record.class === "string" && record.class.includes("WebHookWorker")) return [webhookJob(record, context)];
  const path = record.path;
  if (typeof path === "string" && path.includes("/webhooks/vcs") && record.method === "POST") {
    return [{ type: "webhook", spot, at: parseTime(record.time) ?? line.at, correlationId: null }];
  }
  const by = "correlation_id" in record || "meta.caller_id" in record ? "gitlab" : "tfe";
  const told = isGitlabRecord(record) ? answerOf(record) : line.records.length === 1 ? undefined : record;
  const own = told === undefined ? line : { ...line, text: JSON.stringify(told) };
  const symptoms = symptomsOf(own, spot, by, parseTime(record.time ?? record["@timestamp"] ?? record.timestamp));
  if (symptoms.length > 0) return symptoms;
  if (line.damaged) return [{ type: "not-understood", reason: "json-broken", spot }];
  return [{ type: "irrelevant", why: "other-request" }];
}

/** What users wrote (a search, a commit's message), which may quote an error. */
const written = /^(?:params|path|referr?er|ua|user_agent|uri)$/;

/** What a request's record says about the answer; nothing when it was no refusal. */
function answerOf(record: JsonObject): JsonObject {
  if (Number(record.status) < 400) return {};
  return Object.fromEntries(Object.entries(record).filter(([key]) => !written.test(key)));
}

function readText(line: Unwrapped, hit: Hit, spot: Spot): readonly Observation[] {
  const symptoms = symptomsOf(line, spot, "tfe", null);
  if (symptoms.length > 0) return symptoms;
  if (hit.shape === "piece") return [{ type: "not-understood", reason: "line-too-long", spot }];
  if (/\/webhooks\/vcs/.test(line.text)) {
    if (!/\bPOST\b/.test(line.text) || /\bCompleted\b/.test(line.text))
      return [{ type: "irrelevant", why: "other-request" }];
    return [{ type: "webhook", spot, at: timeInText(line.text) ?? line.at, correlationId: null }];
  }
  if (/POST\\?"? \\?"?\S*\/oauth\/token(?!\/)/.test(line.text))
    return [{ type: "not-understood", reason: "no-token-request-log", spot }];
  if (/\/oauth\/token|WebHookWorker|responded with code|account has been/.test(line.text))
    return [{ type: "irrelevant", why: "other-request" }];
  return [{ type: "not-understood", reason: "unknown-text", spot }];
}

const requestId = /\[([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]/i;

function symptomsOf(line: Unwrapped, spot: Spot, by: Symptom["by"], at: number | null): readonly Symptom[] {
  return symptomsIn(line.text).map((kind) => ({
    type: "symptom",
    spot,
    at: at ?? timeInText(line.text) ?? line.at,
    correlationId: requestId.exec(line.text)?.[1] ?? null,
    kind,
    by,
    ownWords: inOwnWords(line.text),
    component: line.component,
  }));
}
