import { z } from "zod";
import { ResourceKind, type ResourceReading, VcsResource } from "../kinds";
import { StackComponentRecord } from "../kinds/stack-component";

/**
 * The inventory: what an organization held when it was read over the API, in `inventory/ORG.json`.
 *
 * Everything in it but `baseline`, `adopted` and `ownConnections` may be refreshed by a later reading. There is no clock in it
 * but `changedAt` and that of `pat`, so a second reading of an unchanged organization writes the same bytes.
 */
export const INVENTORY_VERSION = 3;

const text = z.string();
const optionalText = z.string().nullable();

export const ConnectionToken = z.strictObject({
  id: text,
  /** The VCS user that authorized it. */
  serviceProviderUser: optionalText,
  hasSshKey: z.boolean(),
});

export const ConnectionRecord = z.strictObject({
  /** The OAuth client's id, `oc-…`. */
  id: text,
  name: optionalText,
  serviceProvider: text,
  httpUrl: text,
  apiUrl: text,
  /** The OAuth application's id; empty or null suggests a personal access token (a heuristic: the API has no such attribute). */
  key: optionalText,
  organizationScoped: z.boolean(),
  projectIds: z.array(text),
  agentPoolId: optionalText,
  /** Where a person re-authorizes it, relative to the host. */
  connectPath: optionalText,
  createdAt: optionalText,
  tokens: z.array(ConnectionToken),
  /** TFE's own count of workspaces on it; null where the server does not say. */
  affectedWorkspacesCount: z.number().int().nullable(),
  gone: z.boolean(),
});
export type ConnectionRecord = z.infer<typeof ConnectionRecord>;

/**
 * A connection that this configuration makes, or made: what it may have put into a Terraform state. Kept for good, since it
 * leaves a state only through a `removed` block (docs/decisions/0007).
 */
export const OwnConnection = z.strictObject({
  /** The Terraform resource name of the connection, and what those of its project links begin with. */
  address: text,
  /** What it is made with. The provider destroys and makes anew when any of these four changes (its schema: ForceNew). */
  name: text,
  serviceProvider: text,
  httpUrl: text,
  apiUrl: text,
  /** Its id; null until a reading, or the state, has told it. */
  id: optionalText,
  /** Ids of the connections of the same name that were there before it: none of them is this one. */
  others: z.array(text),
  /** Whether it is a resource of the configuration; once it was forgotten, it is only referred to, as it cannot be imported. */
  managed: z.boolean(),
  /** Ids of every project that it was ever linked to (`tfe_project_oauth_client`). */
  projectIds: z.array(text),
});
export type OwnConnection = z.infer<typeof OwnConnection>;

export const ProjectRecord = z.strictObject({
  id: text,
  name: text,
  /** After this time without activity its workspaces are destroyed, such as `30d`; absent when there is none. */
  autoDestroyActivityDuration: text.optional(),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;

/**
 * Whether the server re-points registry modules in place, by having moved one and read it back. Which server does cannot be told
 * otherwise: the route has been there since 2022 (go-tfe 1.13), took branch, tags and tests alone until 2026 (go-tfe #1376), and
 * answers 200 either way.
 */
export const ModulesInPlace = z.strictObject({
  /** Which server it was, with its version: another one is asked anew. */
  server: text,
  inPlace: z.boolean(),
  /** The module that was tried, for people. */
  module: text,
  /** What the server did, for people, such as `it answered 404`. */
  answer: text,
});
export type ModulesInPlace = z.infer<typeof ModulesInPlace>;

/** What GitLab said of the PAT of the new connection when it was asked last. The token itself is not in it. */
export const PatReading = z.strictObject({
  /** When GitLab said it, RFC 3339 in UTC. A reading that says the same takes its place after a day. */
  readAt: text,
  /** The API of the GitLab that said it. */
  apiUrl: text,
  /** GitLab's id of the token; null where it does not say. */
  tokenId: z.number().int().nullable(),
  /** Whether GitLab took it, with the scope that TFE needs as far as can be told. */
  usable: z.boolean(),
  /** Why it is not usable, for people; null where it is. */
  reason: optionalText,
  /** A day, such as 2027-01-31; null for a token that does not expire, and for one that is not usable. */
  expiresAt: optionalText,
});
export type PatReading = z.infer<typeof PatReading>;

export const Inventory = z.strictObject({
  version: z.literal(INVENTORY_VERSION),
  hostname: text,
  organization: text,
  /** When the rest of this file but `pat` last changed, RFC 3339 in UTC. */
  changedAt: text,
  /** Kinds that the organization is not entitled to, or whose list the token may not read. */
  unavailableKinds: z.array(ResourceKind),
  /** null before one was tried on the server as it is. */
  modulesInPlace: ModulesInPlace.nullable(),
  /** null before GitLab was asked. */
  pat: PatReading.nullable(),
  projects: z.array(ProjectRecord),
  connections: z.array(ConnectionRecord),
  /** Each connection that this configuration makes or made, in the order in which they were recorded. */
  ownConnections: z.array(OwnConnection),
  resources: z.array(VcsResource),
  /** As of the last reading. No API moves them. */
  stackComponents: z.array(StackComponentRecord),
});
export type Inventory = z.infer<typeof Inventory>;

/** What one reading of an organization found, before it is merged into the file. */
export interface InventoryReading {
  readonly hostname: string;
  readonly organization: string;
  readonly unavailableKinds: readonly ResourceKind[];
  /** The server's name and version, such as `Terraform Enterprise 1.1.0`. */
  readonly server: string;
  readonly projects: readonly ProjectRecord[];
  readonly connections: readonly Omit<ConnectionRecord, "gone">[];
  readonly resources: readonly ResourceReading[];
  readonly stackComponents: readonly StackComponentRecord[];
}
