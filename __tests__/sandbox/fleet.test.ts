import { startSandbox } from "../../sandbox";
import type { Workspace } from "../../sandbox/tfe/state/records";

async function fleetOf(fleet: number, seed: number) {
  const sandbox = await startSandbox({ fleet, seed, extraResources: true });
  const workspaces = [...sandbox.state.workspaces.values()];
  // Ports differ from run to run.
  const text = JSON.stringify(sandbox.snapshot())
    .replaceAll(sandbox.tfe.url, "TFE")
    .replaceAll(sandbox.gitlab.url, "GITLAB");
  const old = sandbox.organizations[0]?.oldConnection.tokenId ?? "";
  await sandbox.close();
  return { workspaces, text, old };
}

const isFilled = (value: unknown) => Array.isArray(value) && value.length > 0;
const variety = (workspaces: readonly Workspace[], of: (workspace: Workspace) => unknown) =>
  new Set(workspaces.map((workspace) => JSON.stringify(of(workspace)))).size;

describe("the fleet", () => {
  it("is the same for the same seed, and another for another", async () => {
    const [one, same, other] = [await fleetOf(40, 5), await fleetOf(40, 5), await fleetOf(40, 6)];
    expect(same.text).toBe(one.text);
    expect(other.text).not.toBe(one.text);
  });

  it.each([0, 1, 2, 7, 60, 1001])(
    "of %d workspaces has half of them, rounded down, on the old connection",
    async (size) => {
      const { workspaces, old } = await fleetOf(size, 1);
      expect(workspaces).toHaveLength(size);
      expect(workspaces.filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old)).toHaveLength(
        Math.floor(size / 2),
      );
    },
  );

  it.each([2000, 10_000])("of %d workspaces needs no more webhooks than GitLab allows a project", async (size) => {
    const { workspaces } = await fleetOf(size, 1);
    const links = workspaces.flatMap(({ vcsRepo }) => (vcsRepo?.["oauth-token-id"] ? [vcsRepo.identifier] : []));
    const most = Math.max(...[...new Set(links)].map((path) => links.filter((link) => link === path).length));
    expect(most).toBeLessThanOrEqual(100);
  });

  it("is legal", async () => {
    const { workspaces } = await fleetOf(1000, 2);
    const illegal = workspaces.filter(({ agentPoolId, attributes, id, remoteStateConsumers, tagBindings, vcsRepo }) => {
      const regex = (vcsRepo?.["tags-regex"] ?? null) !== null;
      const triggers = [isFilled(attributes["trigger-prefixes"]), isFilled(attributes["trigger-patterns"]), regex];
      return (
        !/^ws-[A-Za-z0-9]{16}$/.test(id) ||
        !/^[A-Za-z0-9_-]{1,90}$/.test(String(attributes.name)) ||
        triggers.filter(Boolean).length > 1 ||
        (regex && attributes["file-triggers-enabled"] !== false) ||
        (isFilled(attributes["trigger-patterns"]) && attributes["file-triggers-enabled"] !== true) ||
        (attributes["execution-mode"] === "agent") !== (agentPoolId !== null) ||
        (attributes["inherits-project-auto-destroy"] === true && attributes["auto-destroy-at"] !== null) ||
        (attributes["global-remote-state"] === true && remoteStateConsumers.length > 0) ||
        remoteStateConsumers.includes(id) ||
        tagBindings.some(({ key, value }) => !/^[\w.=+@:-]+$/.test(key) || !/^[\w.=+@:-]*$/.test(value))
      );
    });
    expect(illegal).toEqual([]);
    expect(new Set(workspaces.map(({ attributes }) => attributes.name)).size).toBe(1000);
  });

  it("varies every setting, and has names that differ by one character", async () => {
    const { workspaces } = await fleetOf(1000, 3);
    const [first] = workspaces;
    const constant = ["created-at", "environment", "project-remote-state", "resource-count", "source"];
    const same = Object.keys(first?.attributes ?? {}).filter(
      (name) => variety(workspaces, ({ attributes }) => attributes[name]) < 2,
    );
    expect(same.sort()).toEqual(constant);
    expect(variety(workspaces, ({ projectId }) => projectId)).toBe(5);
    for (const key of ["branch", "ingress-submodules", "tags-regex", "github-app-installation-id"] as const) {
      expect(variety(workspaces, ({ vcsRepo }) => vcsRepo?.[key])).toBeGreaterThan(1);
    }
    for (const of of [
      (workspace: Workspace) => workspace.tagNames,
      (workspace: Workspace) => workspace.tagBindings,
      (workspace: Workspace) => workspace.remoteStateConsumers,
      (workspace: Workspace) => workspace.sshKeyId,
      (workspace: Workspace) => workspace.overwrites,
    ]) {
      expect(variety(workspaces, of)).toBeGreaterThan(1);
    }
    const folded = new Set(workspaces.map(({ attributes }) => String(attributes.name).replaceAll("_", "-")));
    expect(folded.size).toBeLessThan(1000);
  });
});
