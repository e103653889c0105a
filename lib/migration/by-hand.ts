import type { Organization } from "../organization/organization";
import { autoDestroyLoss } from "./auto-destroy";
import { newConnections } from "./connection";
import type { AttachmentRecord, Inventory, VcsRepo } from "./inventory-schema";

/** What a person does about an attachment that no plan moves in place, with every value that is to be entered. Pure. */
export function stepsByHand(record: AttachmentRecord, organization: Organization, inventory: Inventory): string {
  const seen = record.vcsRepo ?? record.lastVcsRepo ?? record.baseline?.vcsRepo;
  const repository = seen === undefined ? "its repository" : described(seen);
  const through = newConnectionOf(organization, inventory);
  const link = `link it in TFE, through ${through}, to ${repository}`;
  const loss = autoDestroyLoss(record, inventory.projects);
  if (loss !== undefined && !organization.allowAutoDestroyReset) {
    return `it would lose ${loss}: ${link}; or set allowAutoDestroyReset: true in ${organization.file}, plan and apply, and set it again in TFE`;
  }
  if (record.kind !== "registry-module") return link;
  const { registryName, namespace, provider, testsEnabled, noCode } = record.settings;
  const more = [...(testsEnabled === true ? ["tests enabled"] : []), ...(noCode ? ["no-code provisioning"] : [])];
  return [
    `keep the old connection for it, or delete ${registryName}/${namespace}/${record.name}/${provider} with its versions`,
    `publish it anew, through ${through}, from ${[repository, ...more].join(", ")}`,
    "wait for its versions (docs/registry-modules.md says what to think of first)",
  ].join("; ");
}

/** The same for a Stack component, which the documented API publishes and deletes, and does not change. Pure. */
export function componentByHand(link: VcsRepo, organization: Organization, inventory: Inventory): string {
  return `keep the old connection for it, or publish it anew, through ${newConnectionOf(organization, inventory)}, from ${described({ ...link, tags: true })} (docs/registry-modules.md)`;
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
