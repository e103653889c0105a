import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { type GitlabApi, isProjectPath } from "../../gitlab/api";
import { movedPath } from "../../gitlab/moved-path";
import { rightsIn, type WebhookRights, webhookRights } from "../../gitlab/webhook-rights";
import { atATime } from "../../util/at-a-time";
import type { RepositoryReading } from "./readings-file";

/** How repositories are read. */
export interface ReadRepositories {
  /** Readings of before, by path. Only those that found nothing wrong are used again. */
  readonly kept: ReadonlyMap<string, RepositoryReading>;
  /** How old a reading may be to be used again, in milliseconds. */
  readonly maxAge: number;
  /** Above so many to be read, only roles are asked for, in lists, and webhooks are not counted. @default any number */
  readonly most?: number;
  readonly now: () => Date;
  /** Told after each repository. */
  readonly onRead?: (done: number, total: number, readings: ReadonlyMap<string, RepositoryReading>) => void;
}

const AT_A_TIME = 16;

/** Reads every repository that is not known, side by side. A GitLab that does not answer ends it: what is left is unknown. */
export async function readRepositories(
  api: GitlabApi,
  wanted: readonly string[],
  { kept, maxAge, most = Number.POSITIVE_INFINITY, now, onRead }: ReadRepositories,
): Promise<ReadonlyMap<string, RepositoryReading>> {
  const paths = [...new Set(wanted)].sort();
  const isFresh = ({ at }: RepositoryReading) => now().getTime() - Date.parse(at) <= maxAge;
  const readings = new Map<string, RepositoryReading>();
  for (const path of paths) {
    const before = kept.get(path);
    if (before !== undefined && isFresh(before) && isFine(before)) readings.set(path, before);
  }
  const open = paths.filter((path) => !readings.has(path));
  const noPath = open.filter((path) => !isProjectPath(path));
  for (const path of noPath) readings.set(path, none(now(), "this is no path of a GitLab project"));
  const left = open.filter(isProjectPath);
  if (left.length === 0) return readings;
  const archived = await archivedPaths(api);
  const isArchived = (path: string) => archived?.has(path.toLowerCase()) ?? null;
  if (left.length > most) {
    for (const [path, rights] of await webhookRights(api, left))
      readings.set(path, { ...fromRights(now(), rights), archived: isArchived(path) });
    return sorted(readings);
  }
  let unreachable: string | undefined;
  let done = 0;
  await atATime(left, AT_A_TIME, async (path) => {
    const answer = await api.hooks(path);
    if (answer.type === "no-answer" && answer.unreachable) {
      unreachable ??= explain(answer);
      return "stop";
    }
    const reading = await readingOf(api, answer, now());
    readings.set(path, { ...reading, archived: isArchived(reading.movedTo ?? path) });
    done += 1;
    onRead?.(done, left.length, readings);
    return undefined;
  });
  for (const path of left) if (!readings.has(path)) readings.set(path, none(now(), unreachable ?? "it was not asked"));
  return sorted(readings);
}

const sorted = (readings: ReadonlyMap<string, RepositoryReading>) =>
  new Map([...readings].sort(([a], [b]) => (a < b ? -1 : 1)));

const isFine = ({ rights, movedTo, webhooks, archived }: RepositoryReading) =>
  rights === "may" && movedTo === null && webhooks !== null && archived === false;

/** Archived projects of which the user is a Maintainer, in lower case; undefined where the list cannot be had. */
async function archivedPaths(api: GitlabApi): Promise<ReadonlySet<string> | undefined> {
  const answer = await api.archived();
  if (answer.type !== "parsed") return undefined;
  return new Set(answer.value.map(({ path_with_namespace: path }) => path.toLowerCase()));
}

async function readingOf(
  api: GitlabApi,
  answer: GitlabAnswer<readonly unknown[]>,
  at: Date,
): Promise<RepositoryReading> {
  const reading = fromRights(at, rightsIn(answer));
  if (answer.type !== "parsed") return reading;
  const movedTo = answer.foundAt === undefined ? undefined : await movedPath(api, answer.foundAt);
  return { ...reading, webhooks: answer.value.length, movedTo: movedTo ?? null };
}

function fromRights(at: Date, rights: WebhookRights): RepositoryReading {
  const said = rights.type === "may" ? { reason: "" } : { reason: rights.reason };
  const remedy = rights.type === "may-not" ? rights.todo : "";
  return { ...none(at, ""), rights: rights.type, ...said, remedy };
}

const none = (at: Date, reason: string): RepositoryReading => ({
  at: at.toISOString(),
  rights: "unknown",
  reason,
  remedy: "",
  movedTo: null,
  webhooks: null,
  archived: null,
});
