import { kindOf, type VcsResource } from "../kinds";
import type { ManualSteps } from "../kinds/kind";
import type { VcsRepo } from "../kinds/vcs-repo";
import { autoDestroyLoss } from "./auto-destroy";
import type { Situation } from "./roles";

/** {@link ManualSteps} for a resource. Pure. */
export function stepsByHand(record: VcsResource, situation: Situation): ManualSteps {
  const { organization, inventory } = situation;
  const seen = record.vcsRepo ?? record.lastVcsRepo ?? record.baseline?.vcsRepo;
  const repository = seen === undefined ? "its repository" : described(seen);
  const through = newConnectionOf(situation);
  const link = `link it in TFE, through ${through}, to ${repository}`;
  const linkEach = `link each in TFE, through ${through}, to the repository listed with it`;
  const loss = autoDestroyLoss(record, inventory.projects);
  if (loss !== undefined && !organization.allowAutoDestroyReset) {
    const behind = "re-point it with repoint plan and repoint apply, or behind repoint guard, which keeps the setting";
    return {
      whole: `it would lose ${loss}: ${behind}`,
      shared: behind,
      own: `${repository}; would lose ${loss}`,
    };
  }
  const ofKind = kindOf(record.kind).manualSteps?.(record, { through, repository });
  return ofKind ?? { whole: link, shared: linkEach, own: repository };
}

/** The same for a Stack component, which the documented API publishes and deletes, and does not change. Pure. */
export function componentByHand(link: VcsRepo, situation: Situation): ManualSteps {
  const source = described({ ...link, tags: true });
  const steps = (it: string, which: string, from: string) =>
    `keep the old connection for ${it}, or publish ${which} again, through ${newConnectionOf(situation)}, from ${from} (docs/how-to/registry-modules.md)`;
  return {
    whole: steps("it", "it", source),
    shared: steps("them", "each", "the repository listed with it"),
    own: source,
  };
}

function newConnectionOf({ organization, roles }: Situation): string {
  const [connection] = roles.newConnections;
  const { existing, name } = organization.connection;
  return connection === undefined
    ? `"${name ?? existing}"`
    : `${connection.name ?? "the connection"} (${connection.id})`;
}

function described(link: VcsRepo): string {
  const parts = [
    link.identifier,
    link.tags === true ? "versions from tags" : link.branch ? `branch ${link.branch}` : "default branch",
    ...(link.tagPrefix ? [`tag prefix ${link.tagPrefix}`] : []),
    ...(link.sourceDirectory ? [`source directory ${link.sourceDirectory}`] : []),
    ...(link.ingressSubmodules === true ? ["with submodules"] : []),
  ];
  return parts.join(", ");
}
