import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { run } from "../../lib/cli/main";
import { startSandbox } from "../../sandbox";

function start(args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const first = new Promise<string>((resolve) => stdout.once("data", (chunk) => resolve(String(chunk))));
  const io = { stdin: process.stdin, stdout, stderr, env: {}, cwd: process.cwd(), exitCode: 0 };
  return { first, code: run(["sandbox", ...args], io), stderr };
}

describe("repoint sandbox", () => {
  it("prints one line of JSON when it is ready, and cleans up when it is interrupted", async () => {
    const { first, code } = start(["--json", "--fleet", "3", "--seed", "2"]);
    const line = await first;
    expect(line.split("\n")).toHaveLength(2);
    const { gitlab, organizations, terraformCliConfig, tfe } = JSON.parse(line);
    expect({ gitlab, organizations, tfe }).toEqual({
      tfe: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), token: expect.stringMatching(/\.atlasv1\./) },
      gitlab: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), pat: expect.stringMatching(/^glpat-/) },
      organizations: [
        {
          name: "sandbox",
          oldConnection: { id: "oc-SandboxOAuth0001", tokenId: "ot-SandboxOAuth0001" },
          workspaces: 3,
        },
      ],
    });
    expect(existsSync(terraformCliConfig)).toBe(true);
    process.emit("SIGTERM");
    expect(await code).toBe(0);
    expect(existsSync(terraformCliConfig)).toBe(false);
    await expect(fetch(`${tfe.url}/api/v2/ping`)).rejects.toThrow();
  });

  it("tells a person how to use it, and reports requests that it knows no route for", async () => {
    const { first, code, stderr } = start(["--fleet", "2", "--no-rate-limit"]);
    const text = await first;
    const file = /export TF_CLI_CONFIG_FILE=(.*)/.exec(text)?.[1] ?? "";
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? "";
    expect(existsSync(file)).toBe(true);
    expect(text).toContain("npx repoint inventory sandbox");
    expect(text).toMatch(/gitlab: \{ url: "http:\/\/127\.0\.0\.1:\d+", serviceProvider: gitlab_community_edition \}/);
    const ping = await fetch(`${url}/api/v2/ping`);
    expect(ping.headers.get("x-ratelimit-limit")).toBeNull();
    const reported = new Promise((resolve) => stderr.once("data", (chunk) => resolve(String(chunk))));
    // GitLab's side needs no token to know that it knows no such route.
    const gitlab = text.match(/http:\/\/127\.0\.0\.1:\d+/g)?.[1] ?? "";
    await fetch(`${gitlab}/nonsense`);
    expect(await reported).toBe("no route: gitlab GET /nonsense\n");
    process.emit("SIGINT");
    expect(await code).toBe(0);
  });

  it("has a GitLab that takes its time over refreshes, and revokes in either way", async () => {
    const { first, code } = start(["--json", "--latency", "300ms", "--previous-refresh-token", "--fleet", "4"]);
    const { tfe } = JSON.parse(await first);
    const workspaces = await fetch(`${tfe.url}/api/v2/organizations/sandbox/workspaces`, {
      headers: { Authorization: `Bearer ${tfe.token}` },
    }).then((response) => response.json());
    const { attributes } = workspaces.data.find(
      (workspace: { attributes: Record<string, Record<string, string> | null> }) =>
        workspace.attributes["vcs-repo"]?.["oauth-token-id"] === "ot-SandboxOAuth0001",
    );
    const body = JSON.stringify({ object_kind: "push" });
    const { pathname } = new URL(attributes["vcs-repo"]["webhook-url"]);
    const hook = () => fetch(`${tfe.url}${pathname}`, { method: "POST", body });
    // One by one behind the row's lock; the second had begun when the first one's token was used.
    await Promise.all([hook(), hook()]);
    const log = await fetch(`${tfe.url}/_sandbox/gitlab-log`).then((response) => response.text());
    const lines = log.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).status)).toEqual([200, 200]);
    for (const line of lines) expect(JSON.parse(line).duration_s).toBeGreaterThan(0.29);
    process.emit("SIGTERM");
    expect(await code).toBe(0);
  });

  it("says which port cannot be had", async () => {
    const other = await startSandbox();
    const port = new URL(other.tfe.url).port;
    const { code, stderr } = start(["--tfe-port", port]);
    expect(await code).toBe(2);
    expect(String(stderr.read())).toContain(`address already in use 127.0.0.1:${port}`);
    await other.close();
  });

  it.each([
    ["--fleet", "-1"],
    ["--seed", "x"],
    ["--tfe-port", "1.5"],
    ["--tfe-port", "65536"],
    ["--latency", "60"],
  ])("refuses %s %s", async (option, value) => {
    expect(await start([option, value]).code).toBe(2);
  });
});
