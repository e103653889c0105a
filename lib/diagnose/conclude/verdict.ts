import type { Case } from "../analyse/case";
import type { FoundRace } from "../analyse/find-races";
import { mayHaveLost } from "../analyse/pair";
import type { Finding, Verdict } from "../diagnosis";
import { VCS_EVENTS } from "../lines/vcs-event";
import { rules } from "../rules";
import type { Seen } from "../rules/rule";
import { MASKED, shortClient } from "./mask";
import { isIncomplete, isRecognised } from "./skipped";

/** Kinds of which no verdict can be had, whatever is in them. */
const mute = new Set(["gitlab-production-text", "web-server-log", "other-json"]);
const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** The races that may be those of Terraform Enterprise's connection. */
export const ourRaces = (the: Case): readonly FoundRace[] =>
  the.found.races.filter(({ winner }) => the.whose(winner.client) !== "other");

/** Whether HCP Terraform's VCS events are all there is: then neither it nor GitLab.com gives any log. */
export const isOfVcsEvents = (the: Case): boolean =>
  the.inputs.length > 0 &&
  the.inputs.every(({ kinds }) => kinds.every((kind) => kind === VCS_EVENTS) && kinds.length > 0);

const vcsEvents = (the: Case): number => the.inputs.reduce((sum, { lines }) => sum + lines, 0);

/** What the causes explain, by the table "What explains what" of docs/explanation/the-race.md. */
const explained = (causes: readonly Finding[]): ReadonlySet<Seen> =>
  new Set(causes.flatMap(({ rule }) => byId.get(rule)?.explains ?? []));

/** What Terraform Enterprise suffered, and no cause explains. */
function openErrors(causes: readonly Finding[], context: readonly Finding[]): readonly Finding[] {
  const known = explained(causes);
  const errors = context.filter(({ rule }) => rule === "error-grant-invalid" || rule === "error-token-revoked");
  return errors.filter(({ rule }) => !(byId.get(rule)?.explains ?? []).some((seen) => known.has(seen)));
}

const isOpen = ({ rule }: Finding): boolean => byId.get(rule)?.isOpen === true;

/** Weighs what was found: a race outweighs other causes, unless it is weak and one of them explains a refused refresh. */
export function weigh(the: Case, causes: readonly Finding[], context: readonly Finding[]): Verdict {
  const races = ourRaces(the);
  if (races.some((race) => race.certainty === "proven")) return "race-proven";
  if (races.some((race) => race.strength !== "weak")) return "race-likely";
  if (races.length > 0 && !explained(causes).has("refused-refresh")) return "race-likely";
  if (causes.length > 0) return leavesOpen(the, causes, context) ? "insufficient" : "other-cause";
  if (context.some(isOpen)) return "insufficient";
  if (the.inputs.some(isIncomplete)) return "insufficient";
  // Each of them is an error of a connection.
  if (isOfVcsEvents(the) && vcsEvents(the) > 0) return "insufficient";
  const filled = the.inputs.filter((facts) => facts.bytes > 0);
  const silent = filled.every((facts) => !isRecognised(facts) || facts.kinds.every((kind) => mute.has(kind)));
  return filled.length > 0 && silent ? "insufficient" : "nothing-found";
}

/** Whether the causes leave open what matters most: TFE's own error, or, where its logs are not given, a refused refresh. */
function leavesOpen(the: Case, causes: readonly Finding[], context: readonly Finding[]): boolean {
  if (openErrors(causes, context).length > 0) return true;
  const hasTfe = the.inputs.some((facts) => facts.kinds.some((kind) => kind.startsWith("tfe-")));
  const isRefused = context.some(({ rule }) => rule === "refused-refresh");
  return isRefused && !hasTfe && !explained(causes).has("refused-refresh");
}

/** The applications of some races, named for a sentence. */
export function namedApplications(races: readonly FoundRace[]): string {
  const clients = [...new Set(races.map(({ winner }) => shortClient(winner.client)))].filter((client) => client !== "");
  if (clients.length === 0) return "an application that the log does not name";
  if (clients.length === 1 && clients[0] === MASKED) return "an application whose id is masked";
  const some = clients.slice(0, 3).join(", ");
  const rest = clients.length > 3 ? ` and ${clients.length - 3} more` : "";
  return `${clients.length === 1 ? "application" : "applications"} ${some}${rest}`;
}

/** The verdict in a sentence or two. */
export function summarise(
  verdict: Verdict,
  the: Case,
  causes: readonly Finding[],
  context: readonly Finding[],
): string {
  switch (verdict) {
    case "race-proven":
    case "race-likely":
      return raceSummary(verdict, the);
    case "other-cause":
      return `According to these logs, the refresh race is not the cause. Found: ${titles(causes)}.${alsoRefused(context)}`;
    case "nothing-found":
      return nothingFound(the, context);
    case "insufficient":
      return insufficient(the, causes, context);
  }
}

function raceSummary(verdict: "race-proven" | "race-likely", the: Case): string {
  const races = ourRaces(the).filter(({ certainty }) => verdict === "race-likely" || certainty === "proven");
  const losers = races.reduce((sum, race) => sum + race.losers.length, 0);
  const count = races.length === 1 ? "1 race" : `${races.length} races`;
  const refused = `${losers} refused ${losers === 1 ? "refresh" : "refreshes"}`;
  const what = verdict === "race-proven" ? "One refresh of a token" : "Probably one refresh of a token";
  const doubts = [...new Set(races[0]?.doubts ?? [])];
  const why = verdict === "race-likely" ? ` Not proven: ${doubts.join("; ") || "not certain"}.` : "";
  const isOurs = races.some(({ winner }) => the.whose(winner.client) === "terraform");
  const whose = isOurs
    ? ` It is Terraform Enterprise's application.`
    : " These logs do not show whether that is Terraform Enterprise's connection: compare before you act.";
  return `${what} of ${namedApplications(races)} made others fail: ${count}, ${refused}.${why}${whose}`;
}

function titles(findings: readonly Finding[]): string {
  const all = [...new Set(findings.map(({ title }) => title))];
  return all
    .map((title) => (/^(?:GitLab|Terraform)/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1)))
    .join("; ");
}

const alsoRefused = (context: readonly Finding[]): string =>
  context.some(({ rule }) => rule === "refused-refresh")
    ? " It does not explain the refused refreshes in GitLab's log, which may belong to another application."
    : "";

function nothingFound(the: Case, context: readonly Finding[]): string {
  const others = context.some(({ rule }) => rule === "other-application");
  if (others)
    return "No refresh of Terraform Enterprise's application was refused, but refreshes of another application were.";
  if (isOfVcsEvents(the))
    return "HCP Terraform logged no error of the connections in the last 10 days. It keeps VCS events of connections to GitLab.com alone, so this does not prove that another one works.";
  const { length } = the.refreshes;
  if (length === 0) return "These logs contain no refresh of an OAuth token and no refusal by GitLab.";
  return length === 1
    ? "The only refresh in these logs was granted."
    : `All ${length} refreshes in these logs were granted.`;
}

function insufficient(the: Case, causes: readonly Finding[], context: readonly Finding[]): string {
  const has = (rule: string): boolean => context.some((finding) => finding.rule === rule);
  const beside = causes.length > 0 ? ` Also found, but not an explanation: ${titles(causes)}.` : "";
  const refused = the.refreshes.some(mayHaveLost);
  if (
    has("error-grant-invalid") ||
    has("error-token-revoked") ||
    has("error-unauthorized") ||
    has("error-refused-otherwise")
  ) {
    if (isOfVcsEvents(the))
      return `These events contain HCP Terraform's error, but not its cause, which GitLab.com's logs alone would show.${beside}`;
    const where =
      the.refreshes.length === 0
        ? "GitLab's logs of the same period may show it."
        : `${refused ? "A refresh was refused, but these logs do not show why." : "No refresh was refused."} Another node's log may show the cause. Or somebody revoked the token, or it is a personal access token.`;
    return `These logs contain Terraform Enterprise's error, but not its cause. ${where}${beside}`;
  }
  if (has("refused-refresh")) return `Refreshes were refused, but these logs do not show why.${beside}`;
  const open = context.filter(isOpen);
  if (open.length === 0 && isOfVcsEvents(the))
    return `HCP Terraform logged ${vcsEvents(the) === 1 ? "an error" : `${vcsEvents(the)} errors`} of the connections in the last 10 days, but none says that GitLab refused the token: read them in the organization's settings, under VCS events.`;
  if (open.length > 0)
    return `Something was refused, but these logs do not show whether it concerns the connection: ${titles(open)}.`;
  if (the.inputs.some((facts) => facts.container === "unsupported" || facts.damage !== null || facts.unread !== null))
    return "Nothing was found, but not everything could be read (see below).";
  if (the.inputs.some(isIncomplete))
    return "These logs contain token requests, but do not show whether they were refreshes or how they ended.";
  return "None of these inputs is a known kind of log that shows token refreshes.";
}
