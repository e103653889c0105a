import type { Inventory } from "../inventory/schema";
import { kindOf, resourceAddress } from "../kinds";
import type { ConnectionFindings } from "../migration/compare-connections";
import type { Migration } from "../migration/migration";
import type {
  DesiredConnection,
  DesiredResource,
  ForgottenConnection,
  ForgottenResource,
  LeftResource,
} from "../migration/migration-plan";
import type { ModuleMove } from "../migration/module-move";
import type { JsonObject } from "./json";
import type { ConnectionEnd } from "./model";

/** A resource that the plan must hold. */
export interface ExpectedResource {
  readonly desired: DesiredResource;
  /** The ids that Terraform may import it by; each means the same object. */
  readonly importIds: readonly string[];
}

/** What a plan should say, made from the organization file and the inventory. */
export interface ReviewExpectation {
  readonly hostname: string;
  readonly organization: string;
  /** The version constraint on `hashicorp/tfe`. */
  readonly providerVersion: string;
  readonly connection: DesiredConnection;
  /** Tokens of the old connections. */
  readonly oldTokenIds: ReadonlySet<string>;
  /** Tokens of the new connection, as far as the inventory knows them; empty before it is created. */
  readonly newTokenIds: ReadonlySet<string>;
  /** The new connection's id, when the inventory has it already. */
  readonly newConnectionId: string | null;
  /** How the new connection compares with the old ones, and with what moves to it. */
  readonly connections: ConnectionFindings;
  /** By full address, such as `tfe_workspace.app`. */
  readonly resources: ReadonlyMap<string, ExpectedResource>;
  /** By full address. */
  readonly forgotten: ReadonlyMap<string, ForgottenResource>;
  /** Connections and their links to projects that Terraform shall forget; by full address. */
  readonly forgottenConnections: ReadonlyMap<string, ForgottenConnection>;
  /** Registry modules that are re-pointed over the API. */
  readonly moves: readonly ModuleMove[];
  /** Whether the server re-points modules in place; null when that was not tried. */
  readonly modulesInPlace: boolean | null;
  /** Whose token is whose, for reports. */
  readonly connectionOfToken: ReadonlyMap<string, ConnectionEnd>;
  /** Names of projects, by their ids and by those of the resources in them, for reports. */
  readonly projectOf: ReadonlyMap<string, string>;
  /** Whether the organization file takes it that an update resets a workspace's own auto-destroy setting. */
  readonly allowAutoDestroyReset: boolean;
  /** Whether the provider's requests reach the server narrowed to what was reviewed. */
  readonly guarded: boolean;
  /** The most resources that one plan may change; undefined is no limit. */
  readonly maxChanges: number | undefined;
  /** RFC 3339. */
  readonly inventoryChangedAt: string;
  /** SHA-256 of the inventory file; undefined when there is no file. */
  readonly inventorySha256: string | undefined;
  /** What an apply that was killed had re-pointed, and when it began (RFC 3339); undefined when there was none. */
  readonly finishedBefore: { readonly startedAt: string; readonly ids: ReadonlySet<string> } | undefined;
  /** SHA-256 of the synthesized configuration as the organization file and the inventory give it now; undefined when nobody synthesized it. */
  readonly configurationSha256: string | undefined;
  /** What the organization file could move and this plan leaves as it is. */
  readonly left: readonly LeftResource[];
  /** What a reader should know besides the findings. */
  readonly notes: readonly string[];
  /** What is synthesized from the organization file and the inventory as they are now; undefined when nobody synthesized it. */
  readonly configuration: JsonObject | undefined;
}

/** What {@link expectReview} is made from. */
export interface ExpectationInput {
  readonly configurationSha256?: string;
  /** The synthesized configuration in Terraform's JSON syntax: `cdk.tf.json`, or what `OrganizationStack.toTerraform()` gives. */
  readonly configuration?: JsonObject;
  readonly inventorySha256?: string;
  readonly finishedBefore?: ReviewExpectation["finishedBefore"];
}

/** What of a {@link Migration} a review goes by. */
type DecidedParts = Pick<
  Migration,
  "organization" | "inventory" | "options" | "roles" | "plan" | "connections" | "warnings"
>;

/** What the review of a plan of this organization file on this inventory must find. Pure. */
export function expectReview(
  { organization, inventory, options, roles, plan, connections, warnings }: DecidedParts,
  { configurationSha256, configuration, inventorySha256, finishedBefore }: ExpectationInput = {},
): ReviewExpectation {
  const records = new Map(inventory.resources.map((record) => [record.id, record]));
  return {
    hostname: plan.hostname,
    organization: plan.organization,
    providerVersion: plan.providerVersion,
    connection: plan.connection,
    oldTokenIds: roles.oldTokenIds,
    newTokenIds: roles.newTokenIds,
    newConnectionId: roles.newConnections[0]?.id ?? null,
    connections,
    left: plan.left,
    notes: warnings,
    resources: new Map(
      plan.managed.map((desired) => {
        const named = { ...desired, name: records.get(desired.id)?.name ?? desired.name };
        return [
          resourceAddress(desired),
          { desired, importIds: kindOf(desired.kind).importIds(plan.organization, named) },
        ];
      }),
    ),
    forgotten: new Map(plan.forgotten.map((forgotten) => [resourceAddress(forgotten), forgotten])),
    forgottenConnections: new Map(
      plan.forgottenConnections.map((forgottenConnections) => [
        `${forgottenConnections.type}.${forgottenConnections.address}`,
        forgottenConnections,
      ]),
    ),
    moves: plan.moves,
    modulesInPlace: inventory.modulesInPlace?.inPlace ?? null,
    connectionOfToken: new Map(
      inventory.connections.flatMap(({ id, name, tokens }) =>
        tokens.map((token) => [token.id, { name, connectionId: id, tokenId: token.id }] as const),
      ),
    ),
    projectOf: projectNames(inventory),
    allowAutoDestroyReset: organization.allowAutoDestroyReset,
    guarded: options.unguarded !== true,
    maxChanges: organization.limits.maxChanges,
    inventoryChangedAt: inventory.changedAt,
    inventorySha256,
    finishedBefore,
    configurationSha256,
    configuration,
  };
}

function projectNames(inventory: Inventory): ReadonlyMap<string, string> {
  const names = new Map(inventory.projects.map(({ id, name }) => [id, name]));
  const resources = inventory.resources.flatMap(({ id, projectId }) =>
    projectId === null ? [] : [[id, names.get(projectId) ?? projectId] as const],
  );
  return new Map([...names, ...resources]);
}
