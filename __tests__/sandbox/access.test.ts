import { createTfe } from "../../sandbox/tfe";
import { routes } from "../../sandbox/tfe/routes";
import { TfeState } from "../../sandbox/tfe/state/tfe-state";
import { type Caller, document, found, startCaller } from "./support";

/** A route's path, filled in with what the fleet holds, so that it names something that is there. */
function filled(state: TfeState, path: string): string {
  const workspace = found(state.workspaces.values(), () => true);
  const first = (records: ReadonlyMap<string, unknown>) => [...records.keys()][0] ?? "";
  const ids: Record<string, string> = {
    "agent-pools": first(state.agentPools),
    "oauth-clients": first(state.clients),
    "oauth-tokens": first(state.tokens),
    "policy-sets": first(state.policySets),
    projects: workspace.projectId,
    "registry-components": first(state.components),
    "registry-modules": first(state.modules),
    runs: workspace.runs[0]?.id ?? "",
    "ssh-keys": first(state.sshKeys),
    stacks: first(state.stacks),
    workspaces: workspace.id,
  };
  return path
    .replace(/([a-z-]+)\/:id/, (_, kind: string) => `${kind}/${ids[kind]}`)
    .replace(":organization", "sandbox")
    .replace(":workspace", String(workspace.attributes.name))
    .replace(":registry/:namespace/:name/:provider", "private/sandbox/module0/aws")
    .replace(":registry/:namespace/:name", "private/sandbox/module0")
    .replace(":name/:provider", "module0/aws")
    .replace(":name", "module0")
    .replace(":version", "1.0.0");
}

describe("access", () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await startCaller({ fleet: 2, extraResources: true, entitlements: { stackComponents: true } });
    caller.sandbox.state.authorizedRepos = true;
    for (const workspace of caller.sandbox.state.workspaces.values()) caller.sandbox.state.startRun(workspace);
  });
  afterAll(() => caller.sandbox.close());

  it.each(routes.map(({ method, path }) => [method, path]))(
    "%s %s answers 401 to a wrong token",
    async (method, path) => {
      const { status, body } = await caller.call(method, filled(caller.sandbox.state, path), {}, "wrong");
      expect({ status, body }).toEqual({ status: 401, body: { errors: [{ status: "401", title: "unauthorized" }] } });
    },
  );

  const open = new Set(["/api/v2/account/details", "/api/v2/organizations"]);
  it.each(routes.filter(({ path }) => !open.has(path)).map(({ method, path }) => [method, path]))(
    "%s %s does not exist for a token without rights",
    async (method, path) => {
      const { state } = caller.sandbox;
      const token = state.addUser("nobody", "none");
      const project = { data: { id: [...state.projects.keys()][0], type: "projects" } };
      const [oauthToken] = state.tokens.keys();
      const repo = { identifier: "g/terraform-a-b", "display-identifier": "x", "oauth-token-id": oauthToken };
      const answer = await caller.call(
        method,
        filled(state, path),
        document({ name: "x", "vcs-repo": repo }, { project }),
        token,
      );
      expect(answer).toMatchObject({ status: 404, body: { errors: [{ status: "404", title: "not found" }] } });
    },
  );

  it.each(routes.filter(({ method }) => method === "GET").map(({ path }) => [path]))(
    "GET %s answers the owner",
    async (path) => {
      expect((await caller.call("GET", `${filled(caller.sandbox.state, path)}?module_version=1.0.0`)).status).toBe(200);
    },
  );

  it("answers what there is no route for alike with a token and without", async () => {
    for (const token of [undefined, "nobody's"]) {
      expect((await caller.call("GET", "nothing", undefined, token)).status).toBe(404);
    }
    expect(caller.sandbox.unknownRequests.map(({ path }) => path)).toEqual(["/api/v2/nothing", "/api/v2/nothing"]);
    caller.sandbox.log.clear();
  });

  it("shows a token without rights no organization", async () => {
    const token = caller.sandbox.state.addUser("nobody", "none");
    expect((await caller.call("GET", "organizations", undefined, token)).body.data).toEqual([]);
    expect((await caller.call("GET", "account/details", undefined, token)).body.data?.attributes?.username).toBe(
      "nobody",
    );
  });

  it.each(["policySets", "registryModules", "stacks"] as const)(
    "answers 404 where %s are not entitled",
    async (kind) => {
      const path = { policySets: "policy-sets", registryModules: "registry-modules", stacks: "stacks" }[kind];
      const other = await startCaller({ fleet: 2, extraResources: true, entitlements: { [kind]: false } });
      const { state } = other.sandbox;
      const records = { policySets: state.policySets, registryModules: state.modules, stacks: state.stacks }[kind];
      const [id] = [...records.keys()];
      expect((await other.call("GET", `organizations/sandbox/${path}`)).status).toBe(404);
      expect((await other.call("GET", `${path}/${id}`)).status).toBe(404);
      expect((await caller.call("GET", `organizations/sandbox/${path}`)).status).toBe(200);
      await other.sandbox.close();
    },
  );

  it("needs no token for discovery and ping, and says there what the server is", async () => {
    const discovery = await fetch(`${caller.sandbox.tfe.url}/.well-known/terraform.json`);
    expect(await discovery.json()).toMatchObject({ "tfe.v2.2": "/api/v2/" });
    const ping = await fetch(`${caller.sandbox.tfe.url}/api/v2/ping`);
    expect([ping.status, ping.headers.get("tfp-api-version"), ping.headers.get("tfp-appname")]).toEqual([
      204,
      "2.6",
      "Terraform Enterprise",
    ]);
  });
});

describe("the rate limit", () => {
  const start = (requestsPerSecond: number | null) => {
    let now = 0;
    const state = new TfeState({ seed: 1, token: "token", origin: "http://tfe" });
    const handle = createTfe({ state, requestsPerSecond, origin: () => "http://tfe", monotonic: () => now });
    return {
      state,
      wait: (ms: number) => {
        now += ms;
      },
      send: (path = "/api/v2/account/details", method = "GET", token = "token") => {
        const headers = { authorization: `Bearer ${token}` };
        const reply = handle({ method, path, query: new URLSearchParams(), headers, body: "" });
        return [reply.status, reply.headers?.["X-RateLimit-Remaining"], reply.headers?.["X-RateLimit-Reset"]];
      },
    };
  };

  it("is a user's, whatever tokens they have", () => {
    const server = start(2);
    const [user] = server.state.users.values();
    if (user !== undefined) server.state.users.set("another", user);
    expect(server.send()[0]).toBe(200);
    expect(server.send(undefined, "GET", "another")[0]).toBe(200);
    expect(server.send()[0]).toBe(429);
  });

  it("grants so many requests a second for each user, and says with every answer what is left", () => {
    const server = start(2);
    expect(server.send()).toEqual([200, "1", "1.000"]);
    server.wait(250);
    expect(server.send("/api/v2/nonsense")).toEqual([404, "0", "0.750"]);
    expect(server.send()).toEqual([429, "0", "0.750"]);
    expect(server.send(undefined, "GET", "wrong")).toEqual([401, "1", "1.000"]);
    server.wait(750);
    expect(server.send("/api/v2/ping")).toEqual([204, "1", "1.000"]);
  });

  it("says nothing and grants everything when there is none", () => {
    const server = start(null);
    expect(server.send()).toEqual([200, undefined, undefined]);
  });

  it("grants ten deletions of tokens a minute", () => {
    const server = start(30);
    const statuses = Array.from({ length: 11 }, () => server.send("/api/v2/oauth-tokens/ot-0", "DELETE")[0]);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
    server.wait(59_000);
    expect(server.send("/api/v2/oauth-tokens/ot-0", "DELETE")).toEqual([429, "0", "1.000"]);
    server.wait(1_000);
    expect(server.send("/api/v2/oauth-tokens/ot-0", "DELETE")[0]).toBe(404);
  });
});
