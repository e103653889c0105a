import { inspect } from "node:util";
import { readBusyWorkspaces } from "../../lib/inventory/busy-workspaces";
import { readHiddenKinds } from "../../lib/inventory/read-hidden-kinds";
import { readOrganization } from "../../lib/inventory/read-organization";
import { type ResourceReading, resourceKinds, type VcsResource } from "../../lib/kinds";
import { differences } from "../../lib/migration/differences";
import { TfeClient } from "../../lib/tfe/client";
import { Resource } from "../../lib/tfe/resource";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";
import { FakeClock } from "../tfe/support";

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };

let sandbox: Sandbox;
let client: TfeClient;
const retries: string[] = [];
async function start(options: SandboxOptions): Promise<void> {
  sandbox = await startSandbox({ requestsPerSecond: null, ...options });
  client = connect(sandbox.tfe.token);
}
function connect(token: string): TfeClient {
  const { hostname, tfe } = sandbox;
  return new TfeClient(
    { hostname, apiUrl: `${tfe.url}/api/v2/`, token, tokenSource: "TFE_TOKEN" },
    { clock: new FakeClock(), onRetry: (line) => void retries.push(line) },
  );
}
afterEach(async () => {
  retries.length = 0;
  await client.close();
  await sandbox.close();
});
const read = (organization = "sandbox", by = client) => readOrganization(by, sandbox.hostname, organization);

/** A resource's link as the server holds it, in the server's words. */
function heldLink(id: string): Record<string, unknown> | null {
  for (const { id: each, vcsRepo } of sandbox.state.resources()) if (each === id) return { ...vcsRepo };
  throw new Error(`the server has no ${id}`);
}
const countKinds = (resources: readonly ResourceReading[]) =>
  Object.fromEntries(
    resourceKinds.map((kind) => [kind, resources.filter((resource) => resource.kind === kind).length]),
  );
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe("an organization of 60 workspaces with everything else", () => {
  beforeEach(() => start({ seed: 3, fleet: 60, extraResources: true }));

  it("is read whole: every kind, every link, every connection with its tokens and TFE's own count", async () => {
    const { reading, crossChecks, webhookUrls } = await read();
    expect(countKinds(reading.resources)).toEqual({
      workspace: 60,
      "policy-set": 6,
      "registry-module": 6,
      stack: 4,
    });
    expect(reading).toMatchObject({ unavailableKinds: [], organization: "sandbox" });
    for (const { id, vcsRepo } of reading.resources) {
      const held = heldLink(id);
      expect(vcsRepo?.oauthTokenId ?? null).toBe(held?.["oauth-token-id"] ?? null);
      if (vcsRepo !== null) expect(vcsRepo.identifier).toBe(held?.identifier);
    }
    const old = reading.connections.find(({ id }) => id === OLD.connection);
    expect(old).toMatchObject({
      serviceProvider: "gitlab_community_edition",
      tokens: [{ id: OLD.token, hasSshKey: false }],
      organizationScoped: true,
      affectedWorkspacesCount: 30,
    });
    expect(crossChecks.find(({ connectionId }) => connectionId === OLD.connection)).toEqual({
      connectionId: OLD.connection,
      found: 30,
      counted: 30,
    });
    expect(webhookUrls.size).toBeGreaterThan(0);
    expect(JSON.stringify(reading)).not.toContain([...webhookUrls.values()][0] ?? "none");
    expect(sandbox.unknownRequests).toEqual([]);
  });

  it("keeps every setting of a workspace as the server shows it", async () => {
    const { reading } = await read();
    const related = new Set(["agentPoolId", "sshKeyId"]);
    const empty = (value: unknown) => (value === undefined || value === "" ? null : value);
    for (const record of reading.resources) {
      if (record.kind !== "workspace") continue;
      const answer = await client.expect("GET", `workspaces/${record.id}`);
      const { attributes, relationships } = Resource.parse(Reflect.get(Object(answer.body), "data"));
      for (const [name, value] of Object.entries(record.settings)) {
        if (related.has(name)) continue;
        const shown = attributes[kebab(name)];
        expect([name, empty(value)]).toEqual([name, empty(Array.isArray(shown) ? [...shown] : shown)]);
      }
      expect(record.projectId).toBe(Reflect.get(Object(relationships.project?.data), "id"));
    }
  });

  it("is left as it was, and read the same again", async () => {
    const before = sandbox.snapshot();
    const first = await read();
    expect(sandbox.snapshot()).toEqual(before);
    expect(await read()).toEqual(first);
    expect(JSON.stringify(first.reading)).not.toContain(sandbox.tfe.token);
  });

  it("is read through a server that fails at times", async () => {
    const calm = await read();
    sandbox.faults.add({ path: "/workspaces", times: 1, fault: { status: 503 } });
    sandbox.faults.add({ path: "/oauth-clients", times: 1, fault: { truncate: true } });
    sandbox.faults.add({ path: "/policy-sets", times: 1, fault: { drop: true } });
    sandbox.faults.add({ path: "/stacks", times: 2, fault: { rateLimit: 7 } });
    expect(await read()).toEqual(calm);
    expect(retries).toHaveLength(5);
  });

  it("shows when TFE counts other workspaces than the token sees", async () => {
    // What a list leaves out that the token may not see.
    const { crossChecks } = await read();
    const [hidden] = [...sandbox.state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token,
    );
    if (hidden === undefined) throw new Error("there is one");
    const send = client.send.bind(client);
    jest.spyOn(client, "send").mockImplementation(async (method, path, options) => {
      const answer = await send(method, path, options);
      if (!path.endsWith("/workspaces")) return answer;
      return JSON.parse(
        JSON.stringify(answer, (key, value: unknown) =>
          key === "data" && Array.isArray(value)
            ? value.filter((item: unknown) => Reflect.get(Object(item), "id") !== hidden.id)
            : key === "total-count"
              ? Number(value) - 1
              : value,
        ),
      );
    });
    expect((await read()).crossChecks).toEqual(
      crossChecks.map((check) => (check.connectionId === OLD.connection ? { ...check, found: 29 } : check)),
    );
  });

  it("fails on an organization that does not exist, and on a token that is not taken", async () => {
    await expect(read("none")).rejects.toThrow(
      "GET /organizations/none answered 404: it does not exist, or the token cannot see it",
    );
    const stranger = connect("not-a-token-of-this-server");
    const error = await read("sandbox", stranger).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("answered 401");
    expect(inspect(error)).not.toContain("not-a-token-of-this-server");
    await stranger.close();
  });

  it("knows which workspaces something is at work on", async () => {
    const [running, locked, finished] = [...sandbox.state.workspaces.values()];
    if (running === undefined || locked === undefined || finished === undefined) throw new Error("there are 60");
    for (const workspace of sandbox.state.workspaces.values()) {
      workspace.attributes.locked = false;
    }
    const run = sandbox.state.startRun(running, "planning");
    sandbox.state.startRun(finished, "applied");
    await client.expect("POST", `workspaces/${locked.id}/actions/lock`, { body: { reason: "being looked at" } });
    expect([...(await readBusyWorkspaces(client, "sandbox"))].sort()).toEqual(
      [
        [locked.id, "it is locked: being looked at"],
        [running.id, `its run ${run.id} is planning`],
      ].sort(),
    );
  });
});

it.each([
  [{ policySets: false }, ["policy-set"]],
  [{ registryModules: false, stacks: false }, ["registry-module", "stack"]],
])("skips what the organization is not entitled to: %j", async (entitlements, unavailableKinds) => {
  await start({ seed: 1, fleet: 4, extraResources: true, entitlements });
  const { reading } = await read();
  expect(reading.unavailableKinds).toEqual(unavailableKinds);
  expect(reading.resources.filter(({ kind }) => unavailableKinds.includes(kind))).toEqual([]);
});

it("writes nothing, names the server, and reads the Stack components that are linked", async () => {
  await start({ seed: 1, fleet: 4, extraResources: true, entitlements: { stackComponents: true } });
  const [unlinked] = sandbox.state.components.values();
  if (unlinked !== undefined) unlinked.vcsRepo = null;
  const { reading } = await read();
  expect(sandbox.log.writes).toEqual([]);
  expect(reading.server).toBe("Terraform Enterprise 1.1.0");
  expect(reading.stackComponents.map(({ name, vcsRepo }) => [name, vcsRepo.identifier, vcsRepo.oauthTokenId])).toEqual([
    ["component-1", "group/component-1", "ot-SandboxOAuth0001"],
    ["component-2", "group/component-2", expect.not.stringMatching("ot-SandboxOAuth0001")],
  ]);
});

it("reads no Stack components where the server has none", async () => {
  await start({ seed: 1, fleet: 1, extraResources: true });
  expect((await read()).reading.stackComponents).toEqual([]);
  expect(sandbox.unknownRequests).toEqual([]);
});

it("reads 450 workspaces in five pages, and tells how far it is", async () => {
  await start({ seed: 1, fleet: 450 });
  const steps: string[] = [];
  const { reading } = await readOrganization(client, sandbox.hostname, "sandbox", (...step) =>
    steps.push(step.join(" ")),
  );
  expect(reading.resources).toHaveLength(450);
  expect(sandbox.log.matching({ path: /\/organizations\/sandbox\/workspaces$/ })).toHaveLength(5);
  expect([steps[0], steps[4]]).toEqual(["workspaces 100 450", "workspaces 450 450"]);
});

it("reads everything of a stack, so that what a re-pointing loses of it is noticed", async () => {
  await start({ seed: 1, fleet: 4, extraResources: true });
  const [stack] = sandbox.state.stacks.values();
  if (stack?.vcsRepo == null) throw new Error("the fleet has no linked stack");
  Object.assign(stack.vcsRepo, { "tags-regex": "^v", "sparse-checkout-pattern": "a/**", "trigger-disabled": true });
  Object.assign(stack.attributes, { "execution-mode": "agent", "upstream-count": 2 });
  stack.agentPoolId = null;
  const record = async (): Promise<VcsResource> => {
    const found = (await read()).reading.resources.find(({ id }) => id === stack.id);
    if (found?.kind !== "stack") throw new Error("the stack was not read");
    return { ...found, adopted: true, gone: false };
  };
  const before = await record();
  const repoint = (attributes: Record<string, unknown>) =>
    client.expect("PATCH", `stacks/${stack.id}`, { body: { data: { type: "stacks", attributes } } });
  const [, other = ""] = sandbox.state.tokens.keys();
  const link = { identifier: stack.vcsRepo.identifier, branch: stack.vcsRepo.branch, "oauth-token-id": other };
  await repoint({ "vcs-repo": link });
  expect(differences(await record(), before).found).toEqual([]);

  sandbox.state.stackLinks = "replaced";
  await repoint({ "vcs-repo": { ...link, "oauth-token-id": OLD.token }, "execution-mode": "remote" });
  stack.attributes["upstream-count"] = 0;
  const lost = differences(await record(), before).found;
  expect(lost.map((line) => line.split(":")[0])).toEqual([
    "sparseCheckoutPattern",
    "tagsRegex",
    "triggerDisabled",
    "executionMode",
    "linkedStackConnections",
  ]);
});

it("names what is missing when the workspaces cannot be listed", async () => {
  await start({ seed: 1, fleet: 4 });
  sandbox.faults.add({ path: "/organizations/sandbox/workspaces", fault: { status: 404 } });
  await expect(read()).rejects.toThrow("the workspaces of sandbox cannot be listed");
});

describe("a list that answers 404", () => {
  const kinds = ["policy-set", "registry-module", "stack"] as const;

  it("is hidden from the token where the organization may have the kind", async () => {
    await start({ seed: 1, fleet: 1, entitlements: { registryModules: false } });
    expect(await readHiddenKinds(client, "sandbox", kinds)).toEqual(["policy-set", "stack"]);
    expect(await readHiddenKinds(client, "sandbox", ["registry-module"])).toEqual([]);
  });

  it("counts as hidden when the entitlements cannot be read either", async () => {
    await start({ seed: 1, fleet: 1 });
    sandbox.faults.add({ path: "/entitlement-set", fault: { status: 404 } });
    expect(await readHiddenKinds(client, "sandbox", kinds)).toEqual(kinds);
  });

  it("is not asked about when there is none", async () => {
    await start({ seed: 1, fleet: 1 });
    expect(await readHiddenKinds(client, "sandbox", [])).toEqual([]);
    expect(sandbox.log.entries).toEqual([]);
  });
});
