import { kinds } from "../kinds";
import type { ConnectionEnd, Review, ReviewedChange, Severity } from "../review/model";
import { jsonText } from "../util/json-text";
import { plural } from "../util/plural";

const words: ReadonlyMap<ReviewedChange["kind"], string> = new Map<ReviewedChange["kind"], string>([
  ...kinds.map((each) => [each.kind, each.words] as const),
  ["connection", "connection"],
  ["connection-project", "connection's project"],
  ["other", "other resource"],
]);

/** A kind in the reports' words, in the singular. */
export const kindWords = (kind: ReviewedChange["kind"]): string => words.get(kind) ?? kind;

export const severityWords: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** The whole review in one line: `pass: 30 re-pointed, 30 imported, 1 created; nothing destroyed, replaced or forgotten`. */
export function headline(review: Review): string {
  const { verdict, summary } = review;
  const forward = summary.repointed - summary.takenBack;
  const [inPlace, otherwise] = [stateOnly(review), changedOtherwise(review)];
  const does = [
    forward > 0 ? `${forward} re-pointed${overApi(summary)}` : "",
    summary.takenBack > 0
      ? `${summary.takenBack} taken BACK to the old connection${forward > 0 ? "" : overApi(summary)}`
      : "",
    summary.tokensExchanged > 0 ? "the connection's personal access token replaced" : "",
    summary.import > 0 ? `${summary.import} imported` : "",
    summary.create > 0 ? `${summary.create} created` : "",
    inPlace > 0 ? `${inPlace} already in place (only Terraform's state changes)` : "",
    otherwise > 0 ? `${otherwise} changed in other ways` : "",
    summary.delete > 0 ? `${summary.delete} DESTROYED` : "",
    summary.replace > 0 ? `${summary.replace} REPLACED` : "",
    summary.forget > 0 ? `${summary.forget} forgotten` : "",
    summary.read > 0 ? `${summary.read} read` : "",
    summary.unchanged > 0 ? `${summary.unchanged} unchanged` : "",
  ].filter((part) => part !== "");
  const quiet = summary.delete === 0 && summary.replace === 0 ? "nothing destroyed or replaced" : "";
  return `${verdict}: ${[does.join(", ") || "nothing to do", quiet].filter((part) => part !== "").join("; ")}`;
}

const overApi = (summary: Review["summary"]): string =>
  summary.overApi === 0
    ? ""
    : summary.overApi === summary.repointed
      ? " over the API"
      : ` (${summary.overApi} over the API)`;

/** Updates that are neither a re-pointing nor an exchange of the connection's token, and that change more than Terraform's state. */
export function changedOtherwise(review: Review): number {
  const { update, repointed, tokensExchanged, overApi: moves } = review.summary;
  return update + moves - repointed - tokensExchanged - stateOnly(review);
}

/** Updates that change nothing on the server. */
export function stateOnly({ changes }: Review): number {
  return changes.filter(isStateOnly).length;
}

/**
 * Whether an update changes nothing on the server: the resource is where it shall be, and Terraform's state gets what an import left
 * empty (`configurationOnly` and `unread` of `lib/kinds/provider-facts.ts`).
 */
function isStateOnly(change: ReviewedChange): boolean {
  const { action, attributes, request } = change;
  return action === "update" && request === null && stays(change) && attributes.every(({ expected }) => expected);
}

/** Whether a resource has the same token before and after. */
function stays({ from, to }: ReviewedChange): boolean {
  return from !== null && to !== null && from.tokenId !== null && from.tokenId === to.tokenId;
}

/** How many findings of each severity: `2 errors, 1 warning`. */
export function findingCounts({ summary }: Review): string {
  const parts = [
    summary.errors > 0 ? plural(summary.errors, "error") : "",
    summary.allowed > 0 ? `${plural(summary.allowed, "error")} allowed` : "",
    summary.warnings > 0 ? plural(summary.warnings, "warning") : "",
    summary.infos > 0 ? plural(summary.infos, "note") : "",
  ].filter((part) => part !== "");
  return parts.join(", ") || "no findings";
}

/** `GitLab (oc-1)`, as much of it as is known. */
export function endText(end: ConnectionEnd | null): string {
  if (end === null) return "none";
  if (end.name !== null) return end.connectionId === null ? end.name : `${end.name} (${end.connectionId})`;
  return end.connectionId ?? end.tokenId ?? "known after apply";
}

/** What happens to one resource, in a few words: `import, re-point`. */
export function actionText(change: ReviewedChange): string {
  const { action, importId, attributes, kind, request } = change;
  if (request !== null) return change.direction === "back" ? "take back over the API" : "re-point over the API";
  const token = attributes.some(({ path }) => /^vcs_repo(\[0\])?\.oauth_token_id$/.test(path));
  const isResource = kind !== "connection" && kind !== "connection-project" && kind !== "other";
  const exchanged =
    kind === "connection" && action === "update" && attributes.some(({ path }) => path === "oauth_token");
  const main =
    action === "update" && isResource && token
      ? change.direction === "back"
        ? "take back"
        : "re-point"
      : exchanged
        ? "replace the token"
        : action === "no-op"
          ? "no change"
          : isStateOnly(change)
            ? "update state only"
            : action;
  if (importId === null) return main;
  return action === "no-op" || isStateOnly(change) ? "import" : `import, ${main}`;
}

/** Changes that do the same to the same kind of thing, counted. */
export interface ChangeGroup {
  readonly kind: ReviewedChange["kind"];
  readonly action: string;
  readonly wave: string | null;
  readonly project: string | null;
  /** Null where it has no meaning. */
  readonly from: string | null;
  /** Null where it has no meaning: what is forgotten stays where it is. */
  readonly to: string | null;
  /** It has the same token before and after. */
  readonly stays: boolean;
  readonly changes: readonly ReviewedChange[];
}

type Move = Pick<ChangeGroup, "from" | "to" | "stays">;

/** Where a change leads from and to; null where that has no meaning. */
export function moveOf(change: ReviewedChange): Move {
  const { from, to, action } = change;
  if (from === null && to === null) return { from: null, to: null, stays: false };
  const goes = action !== "forget" && action !== "delete";
  return { from: endText(from), to: goes ? endText(to) : null, stays: stays(change) };
}

/** `: GitLab (oc-1) → GitLab PAT`, or nothing. */
export function moveText({ from, to, stays }: Move): string {
  if (from === null) return "";
  if (stays) return `: already on ${from}`;
  return to === null ? `: on ${from}` : `: ${from} → ${to}`;
}

/** Groups changes by what is done, to which kind, in which wave and project; groups with exceptions first, then in the plan's order. */
export function groupChanges(changes: readonly ReviewedChange[]): readonly ChangeGroup[] {
  const groups = new Map<string, ChangeGroup & { readonly changes: ReviewedChange[] }>();
  for (const change of changes) {
    const { kind, wave, project } = change;
    const action = actionText(change);
    const move = moveOf(change);
    const key = jsonText([kind, action, wave, project, move]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind, action, wave, project, ...move, changes: [change] });
    else group.changes.push(change);
  }
  return [...groups.values()];
}

/** What the plan was compared with, and what could not be. */
export function judgedBy({ basis, rules }: Review): string {
  const by =
    basis === "organizationFile" ? "compared with the organization file and the inventory" : "checked on its own";
  const uncompared = rules.filter(({ outcome }) => outcome === "not-compared").map(({ id }) => id);
  return `${by}${uncompared.length === 0 ? "" : `; not compared: ${uncompared.join(", ")}`}`;
}
