import { randomUUID } from "node:crypto";
import type { Received, Reply } from "../../http/serve";
import { HOSTNAME } from "../hostname";
import type { Attachable } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { fetchFromVcs } from "./fetch-from-vcs";
import type { WebhookCall } from "./webhook-call";

/** The events that TFE has its webhooks made for, as GitLab names them in the header and in the body. */
const EVENTS = new Set(["Push Hook", "Tag Push Hook", "Merge Request Hook", "push", "tag_push", "merge_request"]);

/**
 * Answers a webhook that GitLab sends to a resource's `webhook-url`, after the work that it makes; undefined for any other
 * request. Whether the work went well is in TFE's log: GitLab is told nothing of it.
 */
export function receiveWebhook(
  state: TfeState,
  gitlabUrl: string,
  { method, path, headers, body }: Received,
): Reply | Promise<Reply> | undefined {
  if (method !== "POST" || !path.startsWith("/webhooks/vcs/")) return undefined;
  const resource = resourceAt(state, path);
  if (resource?.vcsRepo == null) return refusal(404, "not found");
  const event = headers["x-gitlab-event"] ?? kindIn(body);
  if (typeof event !== "string") return refusal(400, "not an event of GitLab");
  const call: WebhookCall = { state, gitlabUrl, link: resource.vcsRepo, id: randomUUID() };
  state.log.push({ at: new Date(), level: "INFO", id: call.id, message: `Started POST "${path}"` });
  return EVENTS.has(event) ? fetchFromVcs(call).then(() => RECEIVED) : RECEIVED;
}

const RECEIVED: Reply = { status: 200, body: {} };

function resourceAt(state: TfeState, path: string): Attachable | undefined {
  return state.resources().find(({ vcsRepo }) => vcsRepo?.["webhook-url"] === `https://${HOSTNAME}${path}`);
}

function kindIn(body: string): unknown {
  try {
    return Object(JSON.parse(body)).object_kind;
  } catch {
    return undefined;
  }
}

const refusal = (status: number, title: string): Reply => ({
  status,
  body: { errors: [{ status: String(status), title }] },
});
