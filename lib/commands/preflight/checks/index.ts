import type { PreflightFacts } from "../facts";
import { type PreflightFinding, statuses } from "../finding";
import type { Check } from "./check";
import { repositoryArchived, repositoryPath, repositoryRole, repositoryRoom, repositorySeen } from "./repositories";
import { commitStatuses, connections, tfeRights, versions } from "./tfe";
import { tokenExpiry, tokenOwner, tokenReplaced, tokenUsable } from "./token";

const checks: readonly Check[] = [
  tokenUsable,
  tokenReplaced,
  tokenExpiry,
  tokenOwner,
  repositoryRole,
  repositoryPath,
  repositoryArchived,
  repositoryRoom,
  repositorySeen,
  tfeRights,
  connections,
  versions,
  commitStatuses,
];

/** Every finding, problems first; among those of a status, in the order of the checks. */
export function preflightFindings(facts: PreflightFacts): readonly PreflightFinding[] {
  const found = checks.flatMap(({ name, check }) => check(facts).map((said) => ({ check: name, ...said })));
  return found.sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
}
