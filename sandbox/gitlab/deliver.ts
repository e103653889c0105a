import { randomUUID } from "node:crypto";
import type { GitlabProject, Hook, HookEvent } from "./project";
import type { GitlabState } from "./state";

/** A push to the default branch, as far as a receiver reads it ("Webhook events", "Push events"). */
export const pushOf = (project: GitlabProject) => ({
  object_kind: "push",
  event_name: "push",
  ref: "refs/heads/main",
  checkout_sha: "0".repeat(40),
  project_id: project.id,
  project: { id: project.id, path_with_namespace: project.path, default_branch: "main" },
});

/** Delivers something to one webhook, notes how that went, and disables a webhook that fails ("Auto-disabled webhooks"). */
export async function deliverTo(
  state: GitlabState,
  project: GitlabProject,
  hook: Hook,
  data: unknown,
  trigger = "push_hooks",
): Promise<HookEvent> {
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": `GitLab/${state.settings.version}`,
    "X-Gitlab-Event": "Push Hook",
    "X-Gitlab-Event-UUID": randomUUID(),
  };
  const answer = await state.deliver(hook.url, { headers, body: JSON.stringify(data) });
  const event: HookEvent = {
    id: state.newId(),
    url: hook.url,
    trigger,
    request_headers: headers,
    request_data: data,
    response_headers: answer?.headers ?? {},
    response_body: answer?.body ?? "",
    execution_duration: 0.1,
    response_status: answer === undefined ? "internal error" : String(answer.status),
  };
  const log = project.events.get(hook.id) ?? [];
  project.events.set(hook.id, [...log, { at: state.clock(), event }]);
  if (answer !== undefined && answer.status < 400)
    Object.assign(hook, { alert_status: "executable", disabled_until: null });
  else disable(state, hook, failuresInARow(project, hook));
  return event;
}

function failuresInARow(project: GitlabProject, { id }: Hook): number {
  const statuses = (project.events.get(id) ?? []).map(({ event }) => Number(event.response_status));
  return statuses.length - 1 - statuses.findLastIndex((status) => status < 400);
}

/** Four failures in a row disable a webhook for a minute and longer, forty for good. */
function disable({ clock }: GitlabState, hook: Hook, failures: number): void {
  if (failures >= 40) Object.assign(hook, { alert_status: "disabled", disabled_until: null });
  else if (failures >= 4) {
    const until = new Date(clock().getTime() + 60_000 * 2 ** Math.min(failures - 4, 10)).toISOString();
    Object.assign(hook, { alert_status: "temporarily_disabled", disabled_until: until });
  }
}

/** What a push does: every webhook that tells of pushes, and is not disabled, is delivered. */
export async function push(state: GitlabState, path: string): Promise<readonly HookEvent[]> {
  const project = state.project(path);
  const told = project.hooks.filter((hook) => hook.push_events && hook.alert_status === "executable");
  return Promise.all(told.map((hook) => deliverTo(state, project, hook, pushOf(project))));
}
