import { ExternalError } from "../../lib/errors";
import { readOrganization } from "../../lib/inventory/read-organization";
import { workspace } from "../../lib/kinds/workspace";
import { TfeClient } from "../../lib/tfe/client";
import { Resource } from "../../lib/tfe/resource";
import { type Sandbox, startSandbox } from "../../sandbox";
import { FakeClock } from "../tfe/support";

describe("a workspace", () => {
  const link = { identifier: "group/repository", "oauth-token-id": "ot-1" };
  const attributes = { name: "app", "execution-mode": "remote", "vcs-repo": link };
  const map = (changes: Record<string, unknown>) =>
    workspace.read(Resource.parse({ id: "ws-1", type: "workspaces", attributes: { ...attributes, ...changes } }));

  it("of another version of TFE may have more attributes, and fewer", () => {
    expect(map({ "of-tomorrow": { any: "thing" } })).toMatchObject({
      name: "app",
      vcsRepo: { identifier: "group/repository", branch: "", oauthTokenId: "ot-1", tagsRegex: null },
      settings: { inheritsProjectAutoDestroy: false, sourceName: null, tagNames: [] },
    });
  });

  it.each([
    [{ name: undefined }, "workspaces ws-1: attributes.name"],
    [{ name: "" }, "workspaces ws-1: attributes.name"],
    [{ "execution-mode": null }, "workspaces ws-1: attributes.execution-mode"],
    [{ "vcs-repo": { "oauth-token-id": "ot-1" } }, "workspaces ws-1: attributes.vcs-repo.identifier"],
  ])("without what nothing can be understood without is an error: %j", (changes, path) => {
    expect(() => map(changes)).toThrow(new ExternalError(`the server left out a documented attribute: ${path}`));
  });
});

describe("an organization", () => {
  let sandbox: Sandbox;
  let client: TfeClient;
  beforeEach(async () => {
    sandbox = await startSandbox({ seed: 3, fleet: 6, requestsPerSecond: null });
    const { hostname, tfe } = sandbox;
    const host = { hostname, apiUrl: `${tfe.url}/api/v2/`, token: tfe.token, tokenSource: "TFE_TOKEN" };
    client = new TfeClient(host, { clock: new FakeClock() });
  });
  afterEach(async () => {
    await client.close();
    await sandbox.close();
  });
  const read = () => readOrganization(client, sandbox.hostname, "sandbox");

  it("whose connections come without their tokens is asked for those, since an SSH key must not be overlooked", async () => {
    const token = sandbox.state.tokens.get("ot-SandboxOAuth0001");
    if (token !== undefined) token.hasSshKey = true;
    const whole = (await read()).reading.connections;
    expect(whole.flatMap(({ tokens }) => tokens)).toContainEqual(
      expect.objectContaining({ id: "ot-SandboxOAuth0001", hasSshKey: true }),
    );
    const send = client.send.bind(client);
    jest.spyOn(client, "send").mockImplementation(async (method, path, options) => {
      const answer = await send(method, path, options);
      if (!path.endsWith("/oauth-clients")) return answer;
      return { ...answer, body: { ...Object(answer.body), included: [] } };
    });
    expect((await read()).reading.connections).toEqual(whole);
  });

  it("whose projects cannot be listed is an error, since organization files select by them", async () => {
    sandbox.faults.add({ path: /\/organizations\/sandbox\/projects$/, fault: { status: 404 } });
    await expect(read()).rejects.toThrow("the projects of sandbox cannot be listed, although workspaces are in them");
  });
});
