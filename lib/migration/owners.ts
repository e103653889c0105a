import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { rolesOf } from "./roles";
import { isManagedElsewhere, onOldConnection } from "./select";

/** Resources that somebody else's configuration manages, or may manage, by what says so. */
export interface OwnedGroup {
  /** The source that created them, or the organization file's rule. */
  readonly owner: string;
  /** `managedElsewhere`: the organization file says so; `suspected`: they carry the name of a source that is not a person's browser. */
  readonly certainty: "managedElsewhere" | "suspected";
  readonly resources: readonly {
    readonly kind: VcsResource["kind"];
    readonly id: string;
    readonly name: string;
    readonly repository: string;
  }[];
}

/** What the owners of other configurations need to know. */
export interface Owners {
  readonly groups: readonly OwnedGroup[];
  /**
   * Ids of workspaces that a program made over the API without naming itself. Terraform's provider does so too, and so do
   * scripts: no sign of a configuration, but who made them can be asked.
   */
  readonly madeOverApi: readonly string[];
  /** Literal token ids that stand in their configurations. */
  readonly oldTokenIds: readonly string[];
  /** null before the new connection is there. */
  readonly newConnectionId: string | null;
  readonly newTokenId: string | null;
}

/** The owner of what carries no source of its own, and the organization file names. */
export const BY_FILE = "listed under managedElsewhere: in the organization file";

/** TFE's own pages and its API without a name: no sign of another configuration. */
const ownSources = /^(terraform (cloud|enterprise)|hcp terraform|tfe-ui|tfe-api)/i;

/**
 * Finds resources of the old connections that another Terraform configuration would set back to the old token. What can be seen
 * from outside is the organization file's `managedElsewhere` and a workspace's `source-name`; a configuration that sets no source name leaves no sign.
 */
export function findOwners(organization: Organization, inventory: Inventory): Owners {
  const madeOverApi: string[] = [];
  const groups = new Map<
    string,
    { certainty: OwnedGroup["certainty"]; resources: OwnedGroup["resources"][number][] }
  >();
  for (const record of inventory.resources) {
    if (record.gone || !onOldConnection(organization, inventory, record)) continue;
    const managedElsewhere = isManagedElsewhere(organization, record, inventory.projects);
    const { settings } = record;
    const source = "sourceName" in settings ? settings.sourceName : null;
    const foreign = source !== null && !ownSources.test(source);
    if (!managedElsewhere && !foreign) {
      if (source === null && "source" in settings && settings.source === "tfe-api") madeOverApi.push(record.id);
      continue;
    }
    const owner = foreign ? source : BY_FILE;
    const group = groups.get(owner) ?? {
      certainty: managedElsewhere ? "managedElsewhere" : "suspected",
      resources: [],
    };
    const { kind, id, name } = record;
    const repository = (record.vcsRepo ?? record.baseline?.vcsRepo)?.identifier ?? "";
    group.resources.push({ kind, id, name, repository });
    if (managedElsewhere) group.certainty = "managedElsewhere";
    groups.set(owner, group);
  }
  const roles = rolesOf(organization, inventory);
  const [fresh] = roles.newConnections;
  return {
    groups: [...groups].map(([owner, group]) => ({ owner, ...group })).sort((a, b) => (a.owner < b.owner ? -1 : 1)),
    madeOverApi,
    oldTokenIds: [...roles.oldTokenIds].sort(),
    newConnectionId: fresh?.id ?? null,
    newTokenId: fresh?.tokens[0]?.id ?? null,
  };
}
