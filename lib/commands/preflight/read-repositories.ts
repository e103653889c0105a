import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { type GitlabApi, isProjectPath } from "../../gitlab/api";
import { movedPath } from "../../gitlab/moved-path";
import { rightsIn } from "../../gitlab/webhook-rights";
import { atATime } from "../../util/at-a-time";
import type { RepositoryReading } from "./readings-file";

/** How repositories are read. */
export interface ReadRepositories {
  /** Readings of before, by path. Only those that found nothing wrong are used again. */
  readonly kept: ReadonlyMap<string, RepositoryReading>;
  /** How old a reading may be to be used again, in milliseconds. */
  readonly maxAge: number;
  /** Above so many to be read, what GitLab's lists say is enough, and the webhooks of those in them are not counted. @default any number */
  readonly most?: number;
  readonly now: () => Date;
  /** Told why, each time that GitLab does not answer. */
  readonly onSilence?: (reason: string) => void;
  /** Told after each repository. */
  readonly onRead?: (done: number, total: number, readings: ReadonlyMap<string, RepositoryReading>) => void;
}

const AT_A_TIME = 16;
/** So few repositories are asked for one by one: a list of all that a user maintains may be longer. */
const FEW = 10;
/** After so many repositories of which GitLab alone does not answer, it is taken for down. */
const MOST_SILENT = 20;

/** Reads every repository that is not known, side by side. A GitLab that does not answer ends it: what is left is unknown. */
export async function readRepositories(
  api: GitlabApi,
  wanted: readonly string[],
  { kept, maxAge, most = Number.POSITIVE_INFINITY, now, onSilence, onRead }: ReadRepositories,
): Promise<ReadonlyMap<string, RepositoryReading>> {
  const paths = [...new Set(wanted)].sort();
  const readings = new Map<string, RepositoryReading>();
  for (const path of paths) {
    const before = kept.get(path);
    if (before !== undefined && isFresh(before, now(), maxAge) && isFine(before)) readings.set(path, before);
    else if (!isProjectPath(path)) readings.set(path, none(now(), "this is no path of a GitLab project"));
  }
  const left = paths.filter((path) => !readings.has(path));
  const archived = left.length > FEW ? await archivedByPath(api) : undefined;
  const listed = (path: string) => archived?.get(path.toLowerCase());
  if (left.length > most) {
    for (const path of left) {
      const isArchived = listed(path);
      if (isArchived !== undefined) readings.set(path, { ...none(now(), ""), rights: "may", archived: isArchived });
    }
  }
  const open = left.filter((path) => !readings.has(path));
  let down: string | undefined;
  let silent = 0;
  let done = 0;
  await atATime(open, AT_A_TIME, async (path) => {
    const answer = await api.hooks(path);
    const silence = silenceIn(answer);
    if (silence !== undefined) {
      onSilence?.(silence);
      silent += 1;
      if (silent >= MOST_SILENT || silenceIn(await api.user()) !== undefined) {
        down ??= silence;
        return "stop";
      }
      // GitLab answers, but not of this repository.
      readings.set(path, none(now(), silence));
    } else readings.set(path, await readingOf(api, answer, { path, at: now(), listed }));
    done += 1;
    onRead?.(done, open.length, readings);
    return undefined;
  });
  for (const path of open) if (!readings.has(path)) readings.set(path, none(now(), down ?? "it was not asked"));
  return new Map([...readings].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A reading of the future is of a clock that was wrong. */
function isFresh({ at }: RepositoryReading, now: Date, maxAge: number): boolean {
  const age = now.getTime() - Date.parse(at);
  return age >= 0 && age <= maxAge;
}

const isFine = ({ rights, movedTo, webhooks, archived }: RepositoryReading) =>
  rights === "may" && movedTo === null && webhooks !== null && archived === false;

/** Why there is no answer where asking for more is in vain: nobody answers, or GitLab asks to wait longer than there is patience. */
function silenceIn(answer: GitlabAnswer<unknown>): string | undefined {
  if (answer.type === "rate-limit") return explain(answer);
  return answer.type === "no-answer" && answer.unreachable ? explain(answer) : undefined;
}

/**
 * Whether each project is archived of which the user is a Maintainer, by its path in lower case; undefined where GitLab does not list
 * them. Projects that an administrator or a custom role reaches are in no such list.
 */
async function archivedByPath(api: GitlabApi): Promise<ReadonlyMap<string, boolean> | undefined> {
  const active = await api.maintained(false);
  const archived = active.type === "parsed" ? await api.maintained(true) : undefined;
  if (active.type !== "parsed" || archived?.type !== "parsed") return undefined;
  const flagged = (list: typeof active.value, is: boolean) =>
    list.map(({ path_with_namespace: path }) => [path.toLowerCase(), is] as const);
  return new Map([...flagged(active.value, false), ...flagged(archived.value, true)]);
}

interface Asked {
  readonly path: string;
  readonly at: Date;
  readonly listed: (path: string) => boolean | undefined;
}

async function readingOf(
  api: GitlabApi,
  answer: GitlabAnswer<readonly unknown[]>,
  { path, at, listed }: Asked,
): Promise<RepositoryReading> {
  const rights = rightsIn(answer);
  if (rights.type === "unknown") return none(at, rights.reason);
  if (rights.type === "may-not") return { ...none(at, rights.reason), rights: "may-not", remedy: rights.todo };
  if (answer.type !== "parsed") return none(at, "");
  const found = answer.foundAt === undefined ? path : ((await movedPath(api, answer.foundAt)) ?? path);
  // Paths are the same in any case.
  const movedTo = found.toLowerCase() === path.toLowerCase() ? null : found;
  const archived = listed(found) ?? (await isArchived(api, path));
  return { ...none(at, ""), rights: "may", webhooks: answer.value.length, movedTo, archived };
}

async function isArchived(api: GitlabApi, path: string): Promise<boolean | null> {
  const project = await api.project(path);
  return project.type === "parsed" ? (project.value.archived ?? null) : null;
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
