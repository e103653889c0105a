import type { TfeState } from "./tfe-state";

const LEFT_OUT = new Set(["updatedAt", "secret"]);

/** A state's records as plain data, each kind by id and sorted, so that two states can be compared as texts. */
export function snapshot(state: TfeState): Record<string, unknown> {
  const kinds: Record<string, ReadonlyMap<string, object>> = {
    organizations: state.organizations,
    projects: state.projects,
    clients: state.clients,
    tokens: state.tokens,
    workspaces: state.workspaces,
    policySets: state.policySets,
    modules: state.modules,
    stacks: state.stacks,
    agentPools: state.agentPools,
    sshKeys: state.sshKeys,
  };
  const records = Object.fromEntries(Object.entries(kinds).map(([kind, map]) => [kind, sorted(map)]));
  const plain: Record<string, unknown> = JSON.parse(
    JSON.stringify(records, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value)),
  );
  return plain;
}

function sorted(map: ReadonlyMap<string, object>): Record<string, object> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
