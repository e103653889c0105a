import type { Sandbox } from "../../sandbox";
import { addComponent } from "../../sandbox/tfe/state/add-component";
import { HOSTILE, PATH, WORSE } from "./text";

/** What becomes a part of an address must be what it is; all else is text that anybody may have chosen. */
const KEPT: ReadonlySet<string> = new Set([
  "service-provider",
  "http-url",
  "api-url",
  "connect-path",
  "callback-url",
  "created-at",
  "updated-at",
  "execution-mode",
  "terraform-version",
  "kind",
  "registry-name",
  "namespace",
  "provider",
  "status",
  "publishing-mechanism",
  "policy-tool-version",
  "setting-overwrites",
  "auto-destroy-activity-duration",
  "auto-destroy-at",
]);

/** Spoils every text in a value, but for those of {@link KEPT} and what is no text for people: empty ones. */
export function spoiled(value: unknown, key = ""): unknown {
  if (KEPT.has(key)) return value;
  if (typeof value === "string") return value === "" ? value : `${value}${WORSE}`;
  if (Array.isArray(value)) return value.map((each) => spoiled(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoiled(inner, name)]));
}

/** Gives everything in the sandbox a hostile name: nothing that a server sends is a reason to show it raw. */
export function spoil({ state, gitlabState }: Sandbox): void {
  addComponent(state, {
    organization: "sandbox",
    name: "component",
    createdAt: "2026-01-01T00:00:00.000Z",
    vcsRepo: null,
  });
  for (const record of state.resources()) {
    const { name } = record.attributes;
    // A registry module's name is a part of its address.
    Object.assign(record.attributes, spoiled(record.attributes), record.id.startsWith("mod-") ? { name } : {});
    if (record.vcsRepo === null) continue;
    const { identifier, branch } = record.vcsRepo;
    gitlabState.addProject(`${identifier}${PATH}`);
    Object.assign(record.vcsRepo, {
      identifier: `${identifier}${PATH}`,
      branch: branch === "" ? "" : `${branch}${WORSE}`,
      ...("display-identifier" in record.vcsRepo ? { "display-identifier": HOSTILE } : {}),
      ...(record.vcsRepo["tags-regex"] ? { "tags-regex": `v${WORSE}` } : {}),
      ...(record.vcsRepo["tag-prefix"] ? { "tag-prefix": `v${WORSE}` } : {}),
    });
  }
  for (const workspace of state.workspaces.values()) {
    workspace.tagNames = workspace.tagNames.map((tag) => `${tag}${WORSE}`);
    workspace.tagBindings = workspace.tagBindings.map(({ key, value }) => ({ key: key + WORSE, value: value + WORSE }));
    if (workspace.locked !== null) workspace.locked = { ...workspace.locked, reason: WORSE };
  }
  for (const project of state.projects.values())
    Object.assign(project, { name: project.name + WORSE, description: WORSE });
  for (const named of [...state.agentPools.values(), ...state.sshKeys.values()]) named.name += WORSE;
  for (const client of state.clients.values()) {
    Object.assign(client.attributes, { name: `${String(client.attributes.name)}${WORSE}`, key: WORSE });
    client.attributes["service-provider-display-name"] = WORSE;
  }
  for (const token of state.tokens.values()) token.user = WORSE;
  for (const versions of state.configurationVersions.values()) {
    for (const version of versions) {
      if (version.ingress !== null) Object.assign(version.ingress, { branch: HOSTILE, identifier: `group/app${PATH}` });
    }
  }
  for (const user of gitlabState.users.values()) Object.assign(user, { username: `${user.username}${HOSTILE}` });
  for (const token of gitlabState.tokens) token.name = HOSTILE;
  for (const client of state.clients.keys()) {
    state.vcsEvents.push({
      id: state.newId("ve"),
      organization: "sandbox",
      level: "error",
      message: WORSE,
      createdAt: new Date().toISOString(),
      clientId: client,
    });
  }
}
