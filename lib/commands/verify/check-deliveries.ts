import { count } from "../../cli/table";
import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { type GitlabApi, type HookEvent, isProjectPath } from "../../gitlab/api";
import type { VcsResource } from "../../kinds";
import { startedBy } from "../../migration/webhooks";
import { atATime } from "../../util/at-a-time";
import { quoted } from "../../util/json-text";
import type { GitlabProblem } from "../shared/gitlab-findings";

/** How the last delivery to a moved resource's webhook went. */
export interface Delivery {
  readonly kind: VcsResource["kind"];
  readonly id: string;
  readonly name: string;
  readonly project: string;
  /** GitLab's id of the webhook; null where it is not known. */
  readonly webhook: number | null;
  /**
   * `taken` and `refused`: by the receiver's status; `lost`: it gave none; `none`: nothing was delivered in the last 7 days; `unknown`:
   * GitLab did not say.
   */
  readonly result: "taken" | "refused" | "lost" | "none" | "unknown";
  /** The receiver's status, or what GitLab says instead of one. */
  readonly status: string;
  /** GitLab's id of what was delivered; null where there is none. */
  readonly event: number | null;
  /** Whether it was sent again now, and `result` is of that. */
  readonly resent: boolean;
  /** Why it was not sent again, or is not known to be; null where that was not asked for, or done. */
  readonly notResent: string | null;
}

interface Question {
  /** Those that moved. */
  readonly resources: readonly VcsResource[];
  /** The address of each one's webhook, by id, where TFE shows it. */
  readonly webhookUrls: ReadonlyMap<string, string>;
  readonly resend: boolean;
  readonly onProgress: (done: number, total: number) => void;
}

const AT_A_TIME = 8;
/** So many a project, which GitLab allows a minute. */
const RESENDS = 5;

/**
 * Asks GitLab what it delivered last to the webhook of everything that moved, and has it delivered again where that is wished: first
 * what was not taken.
 */
export async function checkDeliveries(api: GitlabApi, question: Question): Promise<readonly Delivery[]> {
  const { resources, webhookUrls, resend, onProgress } = question;
  const projects = new Map<string, VcsResource[]>();
  for (const resource of resources) {
    const project = resource.vcsRepo?.identifier;
    if (project === undefined || !webhookUrls.has(resource.id)) continue;
    projects.set(project, [...(projects.get(project) ?? []), resource]);
  }
  const found: Delivery[] = [];
  const total = [...projects.values()].flat().length;
  await atATime([...projects], AT_A_TIME, async ([project, its]) => {
    const read = await readLast(api, project, its, webhookUrls);
    found.push(...(resend ? await resendSome(api, read) : read));
    onProgress(found.length, total);
    return undefined;
  });
  return found.sort((a, b) => (a.project + a.id < b.project + b.id ? -1 : 1));
}

async function readLast(
  api: GitlabApi,
  project: string,
  resources: readonly VcsResource[],
  webhookUrls: ReadonlyMap<string, string>,
): Promise<readonly Delivery[]> {
  const of = ({ kind, id, name }: VcsResource) => ({
    kind,
    id,
    name,
    project,
    webhook: null,
    event: null,
    resent: false,
    notResent: null,
  });
  const unknown = (status: string) =>
    resources.map((resource): Delivery => ({ ...of(resource), result: "unknown", status }));
  if (!isProjectPath(project)) return unknown("this is no path of a GitLab project");
  const hooks = await api.hooks(project);
  if (hooks.type !== "parsed") return unknown(explain(hooks));
  const read: Delivery[] = [];
  for (const resource of resources) {
    const hook = hooks.value.find(({ url }) => url === webhookUrls.get(resource.id));
    if (hook === undefined) {
      read.push({ ...of(resource), result: "unknown", status: "no webhook of the project shows its address" });
      continue;
    }
    const events = await api.hookEvents(project, hook.id);
    read.push({ ...of(resource), webhook: hook.id, ...lastOf(events, startedBy(resource).type) });
  }
  return read;
}

/** The triggers of what starts runs, as GitLab's event log calls them (app/models/concerns/triggerable_hooks.rb). */
const TRIGGERS = { push: "push_hooks", tag: "tag_push_hooks" } as const;

function lastOf(
  events: GitlabAnswer<readonly HookEvent[]>,
  needed: keyof typeof TRIGGERS,
): Pick<Delivery, "result" | "status" | "event"> {
  if (events.type !== "parsed") {
    const old = events.type === "refusal" && events.status === 404;
    const status = old ? "GitLab shows no deliveries (it does from 17.3 on)" : explain(events);
    return { result: "unknown", status, event: null };
  }
  const fitting = events.value.filter(({ trigger }) => trigger === TRIGGERS[needed]);
  const [last] = [...fitting].sort((a, b) => b.id - a.id);
  if (last === undefined) return { result: "none", status: "", event: null };
  return { ...resultOf(last.response_status), event: last.id };
}

function resultOf(status: string): Pick<Delivery, "result" | "status"> {
  if (/^2\d\d$/.test(status)) return { result: "taken", status };
  if (/^[1345]\d\d$/.test(status)) return { result: "refused", status };
  return { result: "lost", status: status === "" ? "no answer" : status };
}

/** One after the other: GitLab waits for the receiver each time. */
async function resendSome(api: GitlabApi, deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
  const inOrder = new Set([...deliveries.filter(({ result }) => result !== "taken"), ...deliveries]);
  const wanted = [...inOrder].filter(({ webhook, event }) => webhook !== null && event !== null).slice(0, RESENDS);
  const resent = new Map<string, Delivery>();
  for (const delivery of wanted) resent.set(delivery.id, await resendOne(api, delivery));
  return deliveries.map((delivery) => resent.get(delivery.id) ?? delivery);
}

async function resendOne(api: GitlabApi, delivery: Delivery): Promise<Delivery> {
  if (delivery.webhook === null || delivery.event === null) return delivery;
  const answer = await api.resend(delivery.project, delivery.webhook, delivery.event);
  if (answer.type === "parsed") return { ...delivery, resent: true, ...resultOf(answer.value.response_status) };
  if (answer.type === "no-answer" || answer.type === "redirect")
    return { ...delivery, notResent: `whether it was is unknown: ${explain(answer)}` };
  const old = answer.type === "refusal" && answer.status === 404;
  return { ...delivery, notResent: old ? "it can from 17.4 on" : explain(answer) };
}

/**
 * What was found, for people: what is wrong, each with what to do, and what is known. Where tags start runs, a push is one of a tag.
 */
export function deliveriesInWords(
  deliveries: readonly Delivery[],
  { key, resend }: { readonly key: string; readonly resend: boolean },
): { readonly problems: readonly GitlabProblem[]; readonly notes: readonly string[] } {
  const of = (result: Delivery["result"]) => deliveries.filter((delivery) => delivery.result === result);
  const again = resend
    ? `mend it, then repoint verify ${key} --webhooks --resend`
    : `repoint verify ${key} --webhooks --resend sends it again`;
  const problems = [...of("refused"), ...of("lost")].map(({ name, id, project, webhook, result, status, resent }) => ({
    message: `TFE did not take the last ${resent ? "push, sent again just now," : "push"} of ${project} for ${name} (${id}): ${
      result === "refused" ? `it answered ${status}` : `GitLab got no answer (${quoted(status)})`
    }`,
    todo: `see the webhook ${webhook} in GitLab, under Settings > Webhooks > Edit > Recent events; ${again}`,
  }));
  const taken = of("taken");
  const resent = taken.filter((delivery) => delivery.resent).length;
  return {
    problems,
    notes: [
      ...(taken.length > 0 || problems.length > 0
        ? [
            `TFE took the last push of ${taken.length} of ${count(taken.length + problems.length, "resource")} to whose webhook GitLab delivered one in the last 7 days${resent > 0 ? `; ${resent} of them sent again just now` : ""}`,
          ]
        : []),
      ...(of("none").length > 0
        ? [
            `GitLab delivered no push for ${count(of("none").length, "resource")} in the last 7 days: the next one tells whether it arrives`,
          ]
        : []),
      ...counted(of("unknown").map(({ status }) => status)).map(
        ([reason, number]) => `the last push for ${count(number, "resource")} is unknown: ${reason}`,
      ),
      ...counted(deliveries.flatMap(({ notResent }) => notResent ?? [])).map(
        ([reason, number]) => `GitLab did not deliver the last push for ${count(number, "resource")} again: ${reason}`,
      ),
    ],
  };
}

function counted(texts: readonly string[]): readonly (readonly [string, number])[] {
  const numbers = new Map<string, number>();
  for (const text of texts) numbers.set(text, (numbers.get(text) ?? 0) + 1);
  return [...numbers];
}
