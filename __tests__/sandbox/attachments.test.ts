import { type Caller, document, found, startCaller } from "./support";

describe("attachments", () => {
  let caller: Caller;
  let token: string;
  beforeAll(async () => {
    caller = await startCaller({ fleet: 12, extraAttachments: true });
    [, token = ""] = [...caller.sandbox.state.tokens.keys()];
  });
  afterAll(() => caller.sandbox.close());

  it.each(["policySets", "modules", "stacks", "workspaces"] as const)(
    "of %s change their token alone",
    async (kind) => {
      const { state, organizations } = caller.sandbox;
      const old = organizations[0]?.oldConnection.tokenId ?? "";
      const records: Iterable<{ id: string; vcsRepo: { "oauth-token-id": string | null } | null }> =
        state[kind].values();
      const { id } = found(records, ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old);
      const path = {
        policySets: `policy-sets/${id}`,
        modules: `organizations/sandbox/registry-modules/private/sandbox/${state.modules.get(id)?.attributes.name}/aws`,
        stacks: `stacks/${id}`,
        workspaces: `workspaces/${id}`,
      }[kind];
      const record = () => JSON.stringify((caller.sandbox.snapshot()[kind] as Record<string, unknown>)[id]);
      const before = record();
      const repoint = (tokenId: string) =>
        caller.call("PATCH", path, document({ "vcs-repo": { "oauth-token-id": tokenId } }));
      expect((await repoint(token)).body.data?.attributes?.["vcs-repo"]?.["oauth-token-id"]).toBe(token);
      expect(record()).toBe(before.replaceAll(old, token));
      await repoint(old);
      expect(record()).toBe(before);
    },
  );

  it("are not re-pointed in place by an old server when they are registry modules", async () => {
    const other = await startCaller({ fleet: 2, extraAttachments: true, registryModulePatch: false });
    const path = "organizations/sandbox/registry-modules/private/sandbox/module0/aws";
    expect((await other.call("GET", path)).status).toBe(200);
    const before = other.sandbox.snapshot();
    expect((await other.call("PATCH", path, document({ "no-code": true }))).status).toBe(404);
    expect(other.sandbox.snapshot()).toEqual(before);
    await other.sandbox.close();
  });

  it("lose what they refer to when it is deleted", async () => {
    const { state } = caller.sandbox;
    const set = found(state.policySets.values(), ({ workspaceIds }) => workspaceIds.length === 2);
    const [first = "", second = ""] = set.workspaceIds;
    const owner = found(state.workspaces.values(), ({ id }) => !set.workspaceIds.includes(id));
    owner.remoteStateConsumers = [first, second];
    await caller.call("DELETE", `workspaces/${first}`);
    expect([set.workspaceIds, owner.remoteStateConsumers]).toEqual([[second], [second]]);
  });
});
