import type { Case } from "../analyse/case";
import type { FoundRace } from "../analyse/find-races";
import { doubt } from "../analyse/law";
import type { Finding, Step, Verdict } from "../diagnosis";
import { isOfVcsEvents, namedApplications, ourRaces } from "./verdict";

const gitlabTokens: Step = {
  what: "the token requests in GitLab's logs, rotated ones included, on every node that answers web requests",
  command:
    "sudo zgrep -h '/oauth/token' /var/log/gitlab/gitlab-rails/production_json.log* > gitlab-tokens-$(hostname).log",
};
const gitlabPods: Step = {
  what: "the same from GitLab in Kubernetes",
  command:
    "kubectl logs --namespace gitlab --selector app=webservice --container webservice --prefix --tail=-1 --max-log-requests=50 > gitlab-webservice.log",
};
const gitlabRefusals: Step = {
  what: "GitLab's reasons for refusing API requests (GitLab 17.2 and later)",
  command:
    "sudo zgrep -h 'auth_fail_reason' /var/log/gitlab/gitlab-rails/api_json.log* > gitlab-refusals-$(hostname).log",
};
const tfeLogs: Step = {
  what: "Terraform Enterprise's log of the same period (older installations: the containers ptfe_atlas and ptfe_sidekiq, or tfe-atlas and tfe-sidekiq)",
  command: "docker logs terraform-enterprise > tfe.log 2>&1",
};
const again: Step = { what: "then diagnose all of them together", command: "repoint diagnose *.log" };

const hasTfeLog = (the: Case): boolean => the.inputs.some(({ kinds }) => kinds.some((kind) => kind.startsWith("tfe-")));

/** What is missing, and how to get it. */
export function whatToCollect(verdict: Verdict, the: Case, context: readonly Finding[]): readonly Step[] {
  const isRefusalOpen = context.some(({ rule }) => rule === "refused-refresh");
  if (verdict === "other-cause" && isRefusalOpen) return [gitlabTokens, gitlabPods, again];
  // Who has no log but these has none to collect.
  if (verdict !== "insufficient" || isOfVcsEvents(the)) return [];
  const kinds = new Set(the.inputs.flatMap((facts) => facts.kinds));
  const steps = [gitlabTokens, gitlabPods];
  if (!kinds.has("gitlab-api-json")) steps.push(gitlabRefusals);
  if (!hasTfeLog(the)) steps.push(tfeLogs);
  return [...steps, again];
}

const restore: Step = {
  what: "restore the connection now: authorize it again and link again what it lost",
  command: "repoint restore ORG",
};
const inventory: Step = {
  what: "for a permanent fix, move to a connection that is never refreshed: record what uses the old one, then plan the move",
  command: "repoint inventory ORG",
};
const checkToken: Step = {
  what: "see which token the connection uses, and whether it is active",
  command: 'curl --header "PRIVATE-TOKEN: $GITLAB_PAT" https://GITLAB/api/v4/personal_access_tokens/self',
};
const lookAgain: Step = {
  what: "follow the remedies above, then check the newer logs",
  command: "repoint diagnose --since TIME FILE…",
};
const ofTokens = new Set([
  "token-revoked",
  "token-expired",
  "insufficient-scope",
  "impersonation-disabled",
  "refused-otherwise",
]);
const ofConnection = new Set(["invalid-client", "stale-refresh-token", "lost-answer"]);

const others = new Set(["token-of-others", "throttled", "banned", "forbidden", "gitlab-failing-elsewhere"]);
const whoseToken: Step = {
  what: "find the owner of a refused token (as an administrator; ID is the number after PersonalAccessToken/)",
  command: 'curl --header "PRIVATE-TOKEN: $GITLAB_PAT" https://GITLAB/api/v4/personal_access_tokens/ID',
};
const whoseAddress: Step = {
  what: "list the refused addresses and compare them with Terraform Enterprise's",
  command: "repoint diagnose --show-names --json FILE…",
};

const tieByLog: Step = {
  what: "to be sure before you act, add Terraform Enterprise's log of the same period: its error ties both refreshes to the connection, which has one grant",
  command: "repoint diagnose production_json.log tfe.log",
};
/** Columns as in GitLab's db/structure.sql. */
const tieByDatabase: Step = {
  what: "to be sure before you act, query GitLab's database for the users of the application (ID is its whole Application ID): one row is one user",
  command:
    "sudo gitlab-psql -c \"SELECT resource_owner_id, count(*) FROM oauth_access_tokens WHERE revoked_at IS NULL AND application_id = (SELECT id FROM oauth_applications WHERE uid = 'ID') GROUP BY 1\"",
};

/** What settles whether the refreshes of a race were of one grant, where that is in doubt. */
function tie(the: Case, race: FoundRace | undefined): readonly Step[] {
  if (race === undefined || !race.doubts.includes(doubt.grant)) return [];
  return hasTfeLog(the) ? [tieByDatabase] : [tieByLog];
}

/** What to do about races: restore where they are known to be Terraform Enterprise's, else compare first. */
function afterRaces(the: Case, verdict: "race-proven" | "race-likely"): readonly Step[] {
  const races = ourRaces(the);
  const known = races.filter(({ winner }) => the.whose(winner.client) === "terraform");
  const unsure = verdict === "race-likely" ? tie(the, races[0]) : [];
  if (known.length > 0) return [...unsure, restore, inventory];
  if (races.every(({ winner }) => winner.client === ""))
    return [
      {
        what: "these logs do not name the application: give complete records of GitLab's log, whose `params` contain its client_id, with Terraform Enterprise's log of the same period",
        command: "repoint diagnose production_json.log tfe.log",
      },
    ];
  return [
    {
      what: `find out whether ${namedApplications(races)} is the connection's: compare it with the Application ID in Terraform Enterprise's settings (Version control > Providers), or with the connection's \`key\` in the inventory that this writes`,
      command: "repoint inventory ORG",
    },
    {
      what: `then diagnose only the connection's application${unsure.includes(tieByLog) ? ", with Terraform Enterprise's log of the same period" : ""}, and follow that result (in the inventory's project folder, you can leave out --application)`,
      command: "repoint diagnose --application ID FILE…",
    },
  ];
}

/** What to do next, in order. */
export function whatNext(
  verdict: Verdict,
  the: Case,
  causes: readonly Finding[],
  context: readonly Finding[],
): readonly Step[] {
  switch (verdict) {
    case "race-proven":
    case "race-likely":
      return afterRaces(the, verdict);
    case "other-cause": {
      const steps: Step[] = [];
      if (causes.some((cause) => ofTokens.has(cause.rule))) steps.push(checkToken);
      if (causes.some((cause) => ofConnection.has(cause.rule))) steps.push(...ofLostConnection(the));
      return [...steps, lookAgain];
    }
    case "insufficient": {
      if (isOfVcsEvents(the)) return [restore, inventory];
      if (!context.some(({ rule }) => others.has(rule))) return [];
      const tokens = context.some(({ rule }) => rule === "token-of-others");
      const addresses = context.some(({ rule }) => rule === "throttled" || rule === "banned");
      return [...(tokens ? [whoseToken] : []), ...(addresses ? [whoseAddress] : [])];
    }
    case "nothing-found":
      return [];
  }
}

/** A connection whose token is lost is brought back; whose application it was is compared first where nobody said so. */
function ofLostConnection(the: Case): readonly Step[] {
  const { stale, afterFailure, invalidClient } = the.found;
  const isKnown = [...stale, ...afterFailure, ...invalidClient].some(({ client }) => the.whose(client) === "terraform");
  const told = the.symptoms.some(({ kind }) => kind === "invalid-client");
  return isKnown || told ? [restore, inventory] : [inventory];
}
