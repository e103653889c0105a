import { count } from "../../cli/table";
import { textSha256 } from "../../files/sha256";
import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { type GitlabApi, type Hook, isProjectPath } from "../../gitlab/api";
import { mayLeadTo } from "../../gitlab/hook-address";
import { type HookHealth, hookHealth, remarks } from "../../gitlab/hook-health";
import { movedPath } from "../../gitlab/moved-path";
import { refusedIn, rightsIn, together, type WebhookRights } from "../../gitlab/webhook-rights";
import type { VcsResource } from "../../kinds";
import { startedBy } from "../../migration/webhooks";
import { atATime } from "../../util/at-a-time";
import type { GitlabFindings } from "../shared/gitlab-findings";

interface Question {
  /** Those that moved. */
  readonly resources: readonly VcsResource[];
  /** The address of each one's webhook, by id, where TFE shows it. */
  readonly webhookUrls: ReadonlyMap<string, string>;
  /** What is left over for sure, by the SHA-256 of the address. */
  readonly left: ReadonlySet<string>;
  readonly hostname: string;
  readonly asked: {
    readonly variable: string;
    /** Whether that token is the connection's: then what GitLab refuses it, it refuses TFE too. */
    readonly forConnection: boolean;
  };
}

/** How many projects are asked for at a time. */
const AT_A_TIME = 8;

/** Asks GitLab for the webhooks of every repository that moved, and judges them. */
export async function checkWebhooks(api: GitlabApi, question: Question): Promise<GitlabFindings> {
  const { resources, asked } = question;
  const projects = new Map<string, VcsResource[]>();
  for (const record of resources) {
    const project = record.vcsRepo?.identifier;
    if (project !== undefined) projects.set(project, [...(projects.get(project) ?? []), record]);
  }
  const queue = [...projects].sort(([a], [b]) => (a < b ? -1 : 1));
  const looks: Look[] = [];
  let unreachable: string | undefined;
  await atATime(queue, AT_A_TIME, async ([project, records]) => {
    const look = await lookAt(api, project, records, question);
    if (look.unreachable === undefined) {
      looks.push(look);
      return undefined;
    }
    // Of hundreds of projects, the others would be waited for as long, and in vain.
    unreachable ??= look.unreachable;
    return "stop";
  });
  looks.sort((a, b) => (a.project < b.project ? -1 : 1));
  const webhooks = {
    looked: looks.reduce((sum, { looked }) => sum + looked, 0),
    fine: looks.reduce((sum, { fine }) => sum + fine, 0),
  };
  const silent = resources.filter(({ id, vcsRepo }) => vcsRepo !== null && !question.webhookUrls.has(id)).length;
  const others = looks.reduce((sum, look) => sum + look.others, 0);
  return {
    problems: [
      ...refusedIn(looks.flatMap(({ project, rights }) => (rights === undefined ? [] : [[project, rights]]))),
      ...looks.flatMap(({ problems }) => problems),
    ],
    notes: [
      ...(webhooks.looked > 0
        ? [`webhooks, asked with ${asked.variable}: ${webhooks.fine} of ${webhooks.looked} are in GitLab and work`]
        : []),
      ...together(looks.flatMap(({ project, notes }) => notes.map((note) => [project, note] as const))),
      ...(unreachable === undefined
        ? []
        : [`webhooks of ${count(projects.size - looks.length, "project")} were not looked at: ${unreachable}`]),
      ...(silent > 0
        ? [
            `of ${count(silent, "moved resource")} TFE shows no webhook (of stacks it never does): a push tells whether it works`,
          ]
        : []),
      ...(others > 0
        ? [
            `${count(others, "more webhook")} of these projects ${others === 1 ? "leads" : "lead"} to this TFE: of stacks, other organizations, or left over, which cannot be told from here; leave ${others === 1 ? "it" : "them"}`,
          ]
        : []),
    ],
    orphans: looks.flatMap(({ project, left }) => (left.length === 0 ? [] : [{ project, ids: left }])),
    webhooks,
  };
}

/** What was found in one project. */
interface Look {
  readonly project: string;
  readonly problems: readonly { readonly message: string; readonly todo: string }[];
  readonly notes: readonly string[];
  /** What the connection's own user may do there, where it was refused. */
  readonly rights?: WebhookRights;
  readonly unreachable?: string;
  readonly looked: number;
  readonly fine: number;
  /** GitLab's ids of webhooks that are left over for sure. */
  readonly left: readonly number[];
  /** How many others lead to the same server. */
  readonly others: number;
}

async function lookAt(
  api: GitlabApi,
  project: string,
  resources: readonly VcsResource[],
  question: Question,
): Promise<Look> {
  const nothing = { project, problems: [], notes: [], looked: 0, fine: 0, left: [], others: 0 };
  if (!isProjectPath(project))
    return { ...nothing, notes: ["webhooks were not looked at: this is no path of a GitLab project"] };
  const answer = await api.hooks(project);
  if (answer.type !== "parsed") return { ...nothing, ...notFound(answer, question) };
  const hooks = answer.value;
  const moved = answer.foundAt === undefined ? undefined : await movedPath(api, answer.foundAt);
  const branch = await defaultBranch(api, project, resources, hooks);
  const judged = resources.flatMap((record) => {
    const url = question.webhookUrls.get(record.id);
    return url === undefined ? [] : [judge(record, hooks, url, { project, moved, branch })];
  });
  const used = new Set(question.webhookUrls.values());
  const unused = hooks.filter(({ url }) => !used.has(url));
  const isLeft = ({ url }: Hook) => question.left.has(textSha256(url));
  return {
    project,
    problems: judged.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    notes: [
      ...(moved === undefined
        ? []
        : [
            `GitLab has moved it to ${moved}, and TFE names the old path, under which it can make no webhook: set the new one in TFE, when all is done here`,
          ]),
      ...judged.flatMap((each) => [...(each.note === undefined ? [] : [each.note]), ...(each.remarks ?? [])]),
    ],
    looked: judged.length,
    fine: judged.filter(({ problem, note }) => problem === undefined && note === undefined).length,
    left: unused.filter(isLeft).map(({ id }) => id),
    others: unused.filter((hook) => leadsToTfe(hook.url, question.hostname) && !isLeft(hook)).length,
  };
}

function notFound(answer: Exclude<GitlabAnswer<unknown>, { type: "parsed" }>, { asked }: Question): Partial<Look> {
  const words = explain(answer);
  if (answer.type === "no-answer" && answer.unreachable) return { unreachable: words };
  if (answer.type !== "refusal") return { notes: [`webhooks were not looked at: ${words}`] };
  const rights = rightsIn(answer);
  // Another token's user says nothing of the connection's.
  if (!asked.forConnection || rights.type !== "may-not")
    return { notes: [`webhooks were not looked at, asked with ${asked.variable}: ${words}`] };
  return { rights };
}

/** Asked for only where a filter makes it matter; null when it is not known. */
async function defaultBranch(
  api: GitlabApi,
  project: string,
  resources: readonly VcsResource[],
  hooks: readonly Hook[],
): Promise<string | null> {
  const filtered = hooks.some(({ push_events_branch_filter: filter }) => filter != null && filter !== "");
  const byDefault = resources.map(startedBy).some((start) => start.type === "push" && start.branch === "");
  if (!filtered || !byDefault) return null;
  const answer = await api.project(project);
  return answer.type === "parsed" ? (answer.value.default_branch ?? null) : null;
}

interface Judged {
  readonly problem?: { readonly message: string; readonly todo: string };
  /** What is not known of it, and keeps it from counting as fine. */
  readonly note?: string;
  readonly remarks?: readonly string[];
}

/** @param hooks all of the project; one of the address that TFE shows is enough, where it works */
function judge(
  record: VcsResource,
  hooks: readonly Hook[],
  url: string,
  { project, moved, branch }: { project: string; moved: string | undefined; branch: string | null },
): Judged {
  const who = `${record.name} (${record.id})`;
  const own = hooks.filter((hook) => hook.url === url);
  if (own.length === 0) {
    const [similar] = hooks.flatMap(({ id, url: shown }) => {
      const why = mayLeadTo(shown, url);
      return why === undefined ? [] : [`the webhook ${id} ${why}`];
    });
    if (similar !== undefined) return { note: `whether ${who} has a webhook that works is unknown: ${similar}` };
    const todo =
      moved === undefined
        ? `save the VCS settings of ${record.name} in TFE once more: that makes the webhook`
        : `set the repository of ${record.name} in TFE to ${moved}: under the old path TFE can make no webhook`;
    return { problem: { message: `${project} has no webhook for ${who}, so pushes start no runs`, todo } };
  }
  const start = startedBy(record);
  const needed = start.type === "tag" ? start : { ...start, branch: start.branch === "" ? branch : start.branch };
  const found = own.map((hook) => ({ hook, health: hookHealth(hook, needed) }));
  const best =
    found.find(({ health }) => health.type === "fine") ??
    found.find(({ health }) => health.type === "unknown") ??
    found[0];
  if (best === undefined) return {};
  const speculative = "speculativeEnabled" in record.settings && record.settings.speculativeEnabled === true;
  return {
    ...say(best.hook, best.health, who, project),
    remarks: remarks(best.hook, speculative).map((remark) => `the webhook ${best.hook.id} for ${who} ${remark}`),
  };
}

function say(hook: Hook, health: HookHealth, who: string, project: string): Judged {
  switch (health.type) {
    case "fine":
      return {};
    case "unknown":
      return { note: `the webhook ${hook.id} for ${who} ${health.reason}` };
    case "broken":
      return {
        problem: {
          message: `the webhook ${hook.id} of ${project} for ${who} ${health.reason}, so pushes start no runs`,
          todo: health.todo,
        },
      };
  }
}

/** TFE makes its webhooks below `/webhooks/vcs/` of its own host. */
function leadsToTfe(url: string, hostname: string): boolean {
  try {
    const { host, pathname } = new URL(url);
    return host === hostname.toLowerCase() && pathname.startsWith("/webhooks/vcs/");
  } catch {
    return false;
  }
}
