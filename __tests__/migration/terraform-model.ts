import type { ResourceReading } from "../../lib/kinds";
import type { MigrationPlan } from "../../lib/migration/migration-plan";

/** A model of what Terraform does with a configuration and a state: it knows addresses, ids and what forces a replacement. */
export interface Held {
  readonly id: string;
  /** The values that the provider's schema calls ForceNew, as they are in the state. */
  readonly fixed: string;
  /** For a link: the connection's address or id, as ForceNew as the rest. */
  readonly of?: string;
}
export type TerraformState = ReadonlyMap<string, Held>;

interface Block {
  readonly type: string;
  readonly fixed: string;
  /** The id that it is imported by; undefined for what can only be made. */
  readonly importId?: string;
  readonly token?: { readonly type: "new" } | { readonly type: "id"; readonly id: string };
}

/** What a stack says, as far as the model goes. */
export interface Configuration {
  readonly plan: MigrationPlan;
  readonly resources: ReadonlyMap<string, Block>;
  readonly removed: ReadonlySet<string>;
}

interface Server {
  readonly resources: Map<string, ResourceReading>;
  readonly connections: readonly { readonly id: string }[];
  make(values: Readonly<Record<string, unknown>>): string;
  tokenOf(connectionId: string): string;
}

const types = {
  workspace: "tfe_workspace",
  "policy-set": "tfe_policy_set",
  "registry-module": "tfe_registry_module",
  stack: "tfe_stack",
};

/** The configuration of a plan. @throws Error when Terraform would refuse it: two blocks, or a block and a `removed` one, for one address */
export function configurationOf(plan: MigrationPlan): Configuration {
  const resources = new Map<string, Block>();
  const add = (address: string, block: Block) => {
    if (resources.has(address)) throw new Error(`declared twice: ${address}`);
    resources.set(address, block);
  };
  const { connection } = plan;
  const links = connection.type === "create" ? connection.projectIds : connection.links;
  if (connection.type === "create") {
    const { name, serviceProvider, httpUrl, apiUrl } = connection;
    const fixed = JSON.stringify([plan.organization, name, serviceProvider, httpUrl, apiUrl]);
    add(`tfe_oauth_client.${connection.address}`, { type: "tfe_oauth_client", fixed });
  }
  for (const projectId of links) {
    const address = `tfe_project_oauth_client.${connection.address}_${projectId.replaceAll("-", "_")}`;
    add(address, { type: "tfe_project_oauth_client", fixed: projectId });
  }
  for (const { kind, address, id, token } of plan.managed) {
    const oldModule = kind === "registry-module" && plan.providerVersion.includes("0.79");
    add(`${types[kind]}.${address}`, {
      type: types[kind],
      fixed: oldModule ? JSON.stringify(token) : "",
      importId: id,
      token,
    });
  }
  const removed = new Set<string>();
  for (const address of [
    ...plan.forgottenConnections.map(({ type, address: name }) => `${type}.${name}`),
    ...plan.forgotten.map(({ kind, address: name }) => `${types[kind]}.${name}`),
  ]) {
    if (resources.has(address)) throw new Error(`removed, and still declared: ${address}`);
    if (removed.has(address)) throw new Error(`removed twice: ${address}`);
    removed.add(address);
  }
  return { plan, resources, removed };
}

/** What Terraform would do with each address. */
export function planOf({ resources, removed }: Configuration, state: TerraformState, server: Server) {
  const actions: { readonly address: string; readonly type: string; readonly action: string }[] = [];
  for (const [address, { type, fixed, importId }] of resources) {
    const held = refreshed(address, state, server);
    const action =
      held === undefined ? (importId === undefined ? "create" : "import") : held.fixed === fixed ? "keep" : "replace";
    actions.push({ address, type, action });
  }
  for (const address of state.keys()) {
    if (resources.has(address)) continue;
    const [type = ""] = address.split(".");
    actions.push({ address, type, action: removed.has(address) ? "forget" : "delete" });
  }
  return actions;
}

/** The state after an apply; tokens on the server become what the configuration says. */
export function applyTo(configuration: Configuration, state: TerraformState, server: Server): TerraformState {
  const { plan, resources } = configuration;
  const next = new Map<string, Held>();
  let connectionId = plan.connection.type === "existing" ? plan.connection.id : "";
  for (const [address, { type, fixed, importId, token }] of resources) {
    const held = refreshed(address, state, server);
    if (type === "tfe_oauth_client") {
      connectionId = held?.id ?? server.make({ ...plan.connection });
      next.set(address, { id: connectionId, fixed });
    } else if (importId === undefined) next.set(address, { id: `${connectionId}_${fixed}`, fixed });
    else {
      next.set(address, { id: importId, fixed });
      const found = server.resources.get(importId);
      if (found?.vcsRepo == null) throw new Error(`${importId} cannot be imported: there is no such link`);
      const oauthTokenId = token?.type === "id" ? token.id : server.tokenOf(connectionId);
      server.resources.set(importId, Object.assign({}, found, { vcsRepo: { ...found.vcsRepo, oauthTokenId } }));
    }
  }
  return next;
}

/** Terraform reads everything before it plans, and drops what is not there any more. */
function refreshed(address: string, state: TerraformState, server: Server): Held | undefined {
  const held = state.get(address);
  if (held === undefined || !address.startsWith("tfe_oauth_client.")) return held;
  return server.connections.some(({ id }) => id === held.id) ? held : undefined;
}
