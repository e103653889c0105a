import { readFileSync, statSync } from "node:fs";
import { startSandbox } from "../../sandbox";
import { type Caller, startCaller } from "./support";

describe("the sandbox's servers", () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await startCaller({ fleet: 4 });
  });
  beforeEach(() => {
    caller.sandbox.log.clear();
    caller.sandbox.faults.clear();
  });
  afterAll(() => caller.sandbox.close());

  it("log every request with its body and its answer's status", async () => {
    await caller.call("GET", "organizations/sandbox?include=default-project");
    await caller.call("POST", "organizations", {
      data: { attributes: { name: "x y" } },
    });
    const at = caller.sandbox.log.entries[0]?.at ?? 0;
    expect(caller.sandbox.log.entries).toEqual([
      {
        at,
        server: "tfe",
        method: "GET",
        path: "/api/v2/organizations/sandbox",
        query: { include: "default-project" },
        body: "",
        status: 200,
        unknownRoute: false,
      },
      {
        at: at + 1,
        server: "tfe",
        method: "POST",
        path: "/api/v2/organizations",
        query: {},
        body: '{"data":{"attributes":{"name":"x y"}}}',
        status: 422,
        unknownRoute: false,
      },
    ]);
    expect(caller.sandbox.log.writes.map(({ path }) => path)).toEqual(["/api/v2/organizations"]);
    expect(
      caller.sandbox.log.matching({
        method: "get",
        path: /sandbox$/g,
        status: 200,
      }),
    ).toHaveLength(1);
    expect(caller.sandbox.log.matching({ server: "gitlab" })).toEqual([]);
  });

  it("report what no route is there for, and tell it from a record that is not there", async () => {
    const lines: string[] = [];
    const other = await startSandbox({
      onUnknownRoute: (line) => void lines.push(line),
    });
    const headers = { Authorization: `Bearer ${other.tfe.token}` };
    await fetch(`${other.tfe.url}/api/v2/workspaces/ws-0`, { headers });
    const answer = await fetch(`${other.tfe.url}/api/v2/nonsense?a=1`, {
      headers,
      method: "POST",
      body: "{}",
    });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      {
        errors: [
          {
            status: "404",
            title: "not found",
            detail: "The sandbox has no route POST /api/v2/nonsense",
          },
        ],
      },
    ]);
    expect(answer.headers.get("content-type")).toBe("application/vnd.api+json");
    expect(other.unknownRequests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/api/v2/nonsense", "{}"],
    ]);
    expect(lines).toEqual(["no route: tfe POST /api/v2/nonsense {}"]);
    await other.close();
  });

  it("answer what a fault says, as often as it says, and do nothing then", async () => {
    const { faults, state } = caller.sandbox;
    const [id = ""] = state.workspaces.keys();
    faults.add({
      method: "patch",
      path: /workspaces\/ws-/,
      after: 1,
      times: 2,
      fault: { status: 503 },
    });
    const statuses = [];
    for (const description of ["1", "2", "3", "4"]) {
      const patch = { data: { attributes: { description } } };
      statuses.push((await caller.call("PATCH", `workspaces/${id}`, patch)).status);
      statuses.push(state.workspaces.get(id)?.attributes.description);
    }
    expect(statuses).toEqual([200, "1", 503, "1", 503, "1", 200, "4"]);
  });

  it("drop connections before, and truncate answers after a request was served", async () => {
    const { faults, state, log } = caller.sandbox;
    const [id = ""] = state.workspaces.keys();
    faults.add({ path: "/workspaces/", times: 1, fault: { drop: true } });
    faults.add({ path: "/workspaces/", times: 1, fault: { truncate: true } });
    const patch = (description: string) =>
      caller.call("PATCH", `workspaces/${id}`, {
        data: { attributes: { description } },
      });
    await expect(patch("dropped")).rejects.toThrow();
    expect(state.workspaces.get(id)?.attributes.description).not.toBe("dropped");
    await expect(patch("truncated")).rejects.toThrow();
    expect(state.workspaces.get(id)?.attributes.description).toBe("truncated");
    faults.add({ path: "/workspaces/", times: 1, fault: { lose: true } });
    await expect(patch("lost")).rejects.toThrow();
    expect(state.workspaces.get(id)?.attributes.description).toBe("lost");
    expect(log.entries.map(({ status }) => status)).toEqual([0, 200, 200]);
  });

  it("ask for patience when a fault says so", async () => {
    caller.sandbox.faults.add({
      server: "tfe",
      times: 1,
      fault: { rateLimit: 2.5 },
    });
    const { status, headers } = await caller.call("GET", "account/details");
    expect([status, headers.get("x-ratelimit-reset"), headers.get("x-ratelimit-remaining")]).toEqual([429, "2.5", "0"]);
  });

  it("can be driven by other processes", async () => {
    const rule = {
      method: "GET",
      path: "ping$",
      times: 1,
      fault: { status: 500 },
    };
    expect(await caller.call("POST", "/_sandbox/faults", rule, "none")).toMatchObject({ status: 201, body: rule });
    expect((await caller.call("GET", "/_sandbox/faults")).body).toEqual([rule]);
    expect((await caller.call("GET", "ping")).status).toBe(500);
    expect((await caller.call("GET", "ping")).status).toBe(204);
    const log = (await caller.call("GET", "/_sandbox/log")).body as unknown as {
      at: number;
      status: number;
    }[];
    expect(log.map(({ status }) => status)).toEqual([500, 204]);
    expect((await caller.call("GET", `/_sandbox/log?after=${log[0]?.at}`)).body).toHaveLength(1);
    expect((await caller.call("GET", "/_sandbox/state")).body).toEqual(caller.sandbox.snapshot());
    for (const path of ["log", "faults"]) expect((await caller.call("DELETE", `/_sandbox/${path}`)).status).toBe(204);
    expect(caller.sandbox.log.entries).toEqual([]);
    expect(caller.sandbox.faults.rules).toEqual([]);
    for (const wrong of ["{", "[]", "{}", '{"fault":{"status":9}}', '{"server":"x","fault":{"drop":true}}']) {
      expect((await caller.call("POST", "/_sandbox/faults", wrong)).status).toBe(422);
    }
    expect((await caller.call("GET", "/_sandbox/nonsense")).status).toBe(404);
  });

  it("are named in a Terraform CLI configuration that only its owner can read, until they are closed", async () => {
    const other = await startSandbox({ providerMirror: "/mirrors/a b" });
    const { url, token } = other.tfe;
    expect(statSync(other.terraformCliConfig).mode & 0o777).toBe(0o600);
    expect(
      readFileSync(other.terraformCliConfig, "utf8").replaceAll(url, "URL").replace(token, "TOKEN"),
    ).toMatchInlineSnapshot(`
      "host "tfe.sandbox.test" {
        services = {
          "tfe.v2"   = "URL/api/v2/"
          "tfe.v2.1" = "URL/api/v2/"
          "tfe.v2.2" = "URL/api/v2/"
        }
      }

      credentials "tfe.sandbox.test" {
        token = "TOKEN"
      }

      provider_installation {
        filesystem_mirror {
          path    = "/mirrors/a b"
          include = ["registry.terraform.io/hashicorp/tfe"]
        }
        direct {
          exclude = ["registry.terraform.io/hashicorp/tfe"]
        }
      }
      "
    `);
    await other.close();
    expect(() => statSync(other.terraformCliConfig)).toThrow("ENOENT");
  });
});
