import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "../../sandbox/tfe/state/records";
import { type Stage, startStage } from "./support";

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let lost: Workspace[];
/** Everything has lost its link before anybody took an inventory. */
beforeEach(async () => {
  stage = await startStage({ seed: 4, fleet: 20 });
  const { state } = stage.sandbox;
  lost = [...state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
  state.removeTokens([OLD]);
});
afterEach(async () => {
  await stage.close();
});

const inventory = (...more: string[]) => stage.repoint("inventory", "sandbox", ...more);
const found = async (
  ...more: string[]
): Promise<{ name: string; repository: string | null; branch: string; signs: string[] }[]> =>
  JSON.parse((await inventory("--json", ...more)).stdout).lostLinks;
const nameOf = ({ attributes }: Workspace) => String(attributes.name);
const links = () => readFileSync(join(stage.folder, "links.yaml"), "utf8");

it("lists workspaces that were linked before the first inventory, with the repository and branch of their configuration", async () => {
  const before = lost.map((workspace) => {
    const version = stage.sandbox.state.configurationVersions.get(workspace.id)?.at(-1);
    return [nameOf(workspace), version?.ingress?.identifier, version?.ingress?.branch];
  });
  expect((await found()).map(({ name, repository, branch }) => [name, repository, branch])).toEqual(before.sort());
  const { stdout } = await inventory();
  expect(stdout).toContain(`Without a VCS link, with signs of an earlier one: ${lost.length}\nworkspace `);
  expect(stdout).toContain("repoint inventory sandbox --find-lost links.yaml looks closer");
});

it("looks closer when asked: past configurations of another source, merge requests, and what only settings tell", async () => {
  const { state } = stage.sandbox;
  const [uploaded, merge, moved] = lost;
  if (uploaded === undefined || merge === undefined || moved === undefined) throw new Error("the fleet is too small");
  state.addConfiguration(uploaded.id, "tfe-api");
  uploaded.attributes["trigger-patterns"] = uploaded.attributes["trigger-prefixes"] = [];
  const cloneUrl = `${stage.sandbox.gitlab.url}/group/app.git`;
  state.addConfiguration(merge.id, "gitlab", {
    identifier: "group/app",
    branch: "topic",
    cloneUrl,
    isPullRequest: true,
  });
  state.addConfiguration(moved.id, "github", {
    identifier: "octo/app",
    branch: "",
    cloneUrl: "https://github.com/octo/app",
  });
  const plain = [...state.workspaces.values()].find(
    ({ vcsRepo, id }) => vcsRepo === null && !state.configurationVersions.has(id),
  );
  if (plain === undefined) throw new Error("every workspace was linked");
  plain.attributes["source-url"] = `${stage.sandbox.gitlab.url}/group/infra/-/tree/main`;
  const shallow = await found();
  expect(shallow.map(({ name }) => name)).not.toContain(nameOf(uploaded));
  const ran = await inventory("--find-lost", "links.yaml");
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("Written to links.yaml. Check each line, then:")]);
  const line = (workspace: Workspace) =>
    links()
      .split("\n")
      .find((each) => each.startsWith(`${nameOf(workspace)}:`));
  expect(line(uploaded)).toContain("its configuration came from GitLab");
  expect(line(merge)).toMatch(/: "group\/app" {4}#/);
  expect(line(moved)).toBeUndefined();
  expect(line(plain)).toMatch(/: "group\/infra" {4}# its source is in GitLab/);
  expect(await inventory("--find-lost", "links.yaml")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("inventory/file-exists"),
  });
});

it("names repositories in GitLab with a webhook that belongs to nothing linked now", async () => {
  stage.env.GITLAB_TOKEN = stage.sandbox.gitlab.pat;
  await inventory("--find-lost", "links.yaml");
  const repositories = [
    ...new Set(lost.map(({ id }) => stage.sandbox.state.configurationVersions.get(id)?.at(-1)?.ingress?.identifier)),
  ];
  for (const repository of repositories) expect(links()).toContain(`\n#   ${repository}\n`);
  expect(links()).toContain("its repository has a webhook to this host that nothing in the organization uses");
  expect(links()).not.toContain("/webhooks/vcs/");
});

it("writes what restore takes as it is", async () => {
  await inventory("--find-lost", "links.yaml");
  const person = (async () => {
    const { state, log, tfe } = stage.sandbox;
    const shown = () => log.matching({ method: "GET", path: "/oauth-clients/oc-SandboxOAuth0001" }).length;
    while (shown() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await fetch(`${tfe.url}${state.clients.get("oc-SandboxOAuth0001")?.attributes["connect-path"]}`);
  })();
  const [ran] = await Promise.all([
    stage.repoint("restore", "sandbox", "--yes", "--links", "links.yaml", "--poll", "0.02", "--wait", "0.05"),
    person,
  ]);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(lost.every(({ vcsRepo }) => vcsRepo !== null)).toBe(true);
  expect(await found()).toEqual([]);
});

it("takes the inventory all the same when the server refuses to tell, and says so", async () => {
  stage.sandbox.faults.add({ path: "/organizations/sandbox/workspaces", after: 1, fault: { status: 400 } });
  const ran = await inventory();
  expect([ran.code, ran.stdout]).toEqual([
    0,
    expect.stringContaining("NOTE     workspaces without a VCS link were not"),
  ]);
});
