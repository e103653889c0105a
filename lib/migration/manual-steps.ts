import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { VcsRepo } from "../kinds/vcs-repo";
import type { Organization } from "../organization/organization";
import { autoDestroyLoss } from "./auto-destroy";
import { newConnections } from "./new-connection";

/** What a person does about something that no plan moves in place, with every value that is to be entered. */
export interface ByHand {
  /** For this one alone. */
  readonly whole: string;
  /** The same for several, without what differs from one to the other. */
  readonly shared: string;
  /** What differs: it stands beside each of them. */
  readonly own: string;
}

/** {@link ByHand} for a resource. Pure. */
export function stepsByHand(record: VcsResource, organization: Organization, inventory: Inventory): ByHand {
  const seen = record.vcsRepo ?? record.lastVcsRepo ?? record.baseline?.vcsRepo;
  const repository = seen === undefined ? "its repository" : described(seen);
  const through = newConnectionOf(organization, inventory);
  const link = `link it in TFE, through ${through}, to ${repository}`;
  const linkEach = `link each in TFE, through ${through}, to the repository that stands beside it`;
  const loss = autoDestroyLoss(record, inventory.projects);
  if (loss !== undefined && !organization.allowAutoDestroyReset) {
    const behind =
      "re-point it with repoint plan and repoint apply, or behind repoint guard, where it keeps the setting";
    return {
      whole: `it would lose ${loss}: ${behind}`,
      shared: behind,
      own: `${repository}; would lose ${loss}`,
    };
  }
  if (record.kind !== "registry-module") return { whole: link, shared: linkEach, own: repository };
  const { registryName, namespace, provider, testsEnabled, noCode } = record.settings;
  const name = `${registryName}/${namespace}/${record.name}/${provider}`;
  const more = [...(testsEnabled === true ? ["tests enabled"] : []), ...(noCode ? ["no-code provisioning"] : [])];
  const source = [repository, ...more].join(", ");
  const steps = (which: string, it: string, from: string) =>
    [
      `keep the old connection for ${it}, or delete ${which} with its versions`,
      `publish it anew, through ${through}, from ${from}`,
      "wait for its versions (docs/how-to/registry-modules.md says what to think of first)",
    ].join("; ");
  return {
    whole: steps(name, "it", source),
    shared: steps("each", "them", "the repository that stands beside it"),
    own: `${name}, from ${source}`,
  };
}

/** The same for a Stack component, which the documented API publishes and deletes, and does not change. Pure. */
export function componentByHand(link: VcsRepo, organization: Organization, inventory: Inventory): ByHand {
  const source = described({ ...link, tags: true });
  const steps = (it: string, which: string, from: string) =>
    `keep the old connection for ${it}, or publish ${which} anew, through ${newConnectionOf(organization, inventory)}, from ${from} (docs/how-to/registry-modules.md)`;
  return {
    whole: steps("it", "it", source),
    shared: steps("them", "each", "the repository that stands beside it"),
    own: source,
  };
}

function newConnectionOf(organization: Organization, inventory: Inventory): string {
  const [connection] = newConnections(organization, inventory);
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
