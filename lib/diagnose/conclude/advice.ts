import type { Case } from "../analyse/case";
import type { Finding, Step, Verdict } from "../diagnosis";

const gitlabTokens: Step = {
  what: "the token requests in GitLab's logs, rotated ones included, on every node that answers web requests",
  command: "sudo zgrep -h '/oauth/token' /var/log/gitlab/gitlab-rails/production_json.log* > gitlab-tokens.log",
};
const gitlabPods: Step = {
  what: "the same from GitLab in Kubernetes",
  command:
    "kubectl logs --namespace gitlab --selector app=webservice --container webservice --prefix --tail=-1 --max-log-requests=50 > gitlab-webservice.log",
};
const gitlabRefusals: Step = {
  what: "the reasons for which GitLab refused API requests (GitLab 17.2 and later)",
  command: "sudo zgrep -h 'auth_fail_reason' /var/log/gitlab/gitlab-rails/api_json.log* > gitlab-refusals.log",
};
const tfeLogs: Step = {
  what: "Terraform Enterprise's log of the same time (older installations: the containers ptfe_atlas and ptfe_sidekiq, or tfe-atlas and tfe-sidekiq)",
  command: "docker logs terraform-enterprise > tfe.log 2>&1",
};
const again: Step = { what: "then all of them together", command: "repoint diagnose *.log" };

/** What is missing, and how to get it. @param refusalOpen the causes found leave a refused refresh unexplained. */
export function whatToCollect(verdict: Verdict, the: Case, refusalOpen: boolean): readonly Step[] {
  if (verdict === "other-cause" && refusalOpen) return [gitlabTokens, gitlabPods, again];
  if (verdict !== "insufficient") return [];
  const kinds = new Set(the.inputs.flatMap((facts) => facts.kinds));
  const hasTfe = [...kinds].some((kind) => kind.startsWith("tfe-"));
  const steps = [gitlabTokens, gitlabPods];
  if (!kinds.has("gitlab-api-json")) steps.push(gitlabRefusals);
  if (!hasTfe) steps.push(tfeLogs);
  return [...steps, again];
}

const restore: Step = {
  what: "bring the connection back now: authorize it again and reconnect what it lost",
  command: "repoint restore ORG",
};
const inventory: Step = {
  what: "the lasting cure, a connection that is never refreshed: record what uses the old one, then plan the move",
  command: "repoint inventory ORG",
};
const checkToken: Step = {
  what: "see which token the connection uses, and whether it is active",
  command: 'curl --header "PRIVATE-TOKEN: $GITLAB_PAT" https://GITLAB/api/v4/personal_access_tokens/self',
};
const lookAgain: Step = {
  what: "follow the remedies above, then look at the logs from then on",
  command: "repoint diagnose --since TIME FILE…",
};
const ofTokens = new Set([
  "token-revoked",
  "token-expired",
  "insufficient-scope",
  "impersonation-disabled",
  "refused-otherwise",
]);
const ofConnection = new Set(["invalid-client", "stale-refresh-token"]);

/** What to do next, in order. */
export function whatNext(verdict: Verdict, causes: readonly Finding[]): readonly Step[] {
  switch (verdict) {
    case "race-proven":
    case "race-likely":
      return [restore, inventory];
    case "other-cause": {
      const steps: Step[] = [];
      if (causes.some((cause) => ofTokens.has(cause.rule))) steps.push(checkToken);
      if (causes.some((cause) => ofConnection.has(cause.rule))) steps.push(restore, inventory);
      return [...steps, lookAgain];
    }
    case "insufficient":
    case "nothing-found":
      return [];
  }
}
