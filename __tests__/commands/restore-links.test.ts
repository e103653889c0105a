import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addConnection } from "../../sandbox/tfe/state/add-connection";
import type { Workspace } from "../../sandbox/tfe/state/records";
import { type Stage, startStage } from "./support";

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 4, fleet: 20 });
});
afterEach(async () => {
  await stage.close();
});

const file = (text: string) => writeFileSync(join(stage.folder, "links.yaml"), text);
const restore = (...more: string[]) =>
  stage.repoint("restore", "sandbox", "--authorized", "--yes", "--links", "links.yaml", ...more);
/** Workspaces that had no link when the first inventory was taken. */
function unlinked(): [Workspace, Workspace] {
  const [one, two] = [...stage.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo === null);
  if (one === undefined || two === undefined) throw new Error("the fleet is too small");
  return [one, two];
}

it("links workspaces of whose link nothing is recorded, by name or id", async () => {
  const [one, two] = unlinked();
  file(`# checked\n${one.attributes.name}: group/network\n${two.id}: group/sub/app@release/1.x\n`);
  const ran = await restore();
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain("2 of 2 VCS-connected resources linked as recorded.");
  expect([one, two].map(({ vcsRepo }) => vcsRepo)).toMatchObject([
    {
      identifier: "group/network",
      branch: "",
      "oauth-token-id": OLD.token,
      "ingress-submodules": false,
    },
    {
      identifier: "group/sub/app",
      branch: "release/1.x",
      "oauth-token-id": OLD.token,
    },
  ]);
  // What is linked as the file says is passed over.
  expect(await restore()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Nothing is left to link."),
  });
});

it("says everything that is wrong with the file at once, and changes nothing", async () => {
  const [one, two] = unlinked();
  const linked = [...stage.sandbox.state.workspaces.values()].find(({ vcsRepo }) => vcsRepo !== null);
  file(
    [
      `${one.attributes.name}: https://gitlab.example.com/group/network`,
      `${one.id}: group/network@`,
      `${two.attributes.name}: group/app`,
      `${two.id}: group/app`,
      `${linked?.attributes.name}: group/other`,
      "no-such-workspace: group/app",
      "1e3: [group/app]",
    ].join("\n"),
  );
  const ran = await restore();
  expect(ran.code).toBe(2);
  const said = ran.stderr.split("\n").filter((line) => line.includes("[restore/links]"));
  const ids = [one, two].flatMap(({ id, attributes }) => [id, String(attributes.name)]);
  const words = said.map((line) => ids.reduce((text, id, index) => text.replace(id, `W${index}`), line));
  expect(words.map((line) => line.replace(linked?.attributes.name as string, "LINKED"))).toMatchInlineSnapshot(`
    [
      "links.yaml:1: W1: this is an address; expected the repository's path [restore/links]",
      "links.yaml:2: W0: "" is not a branch name [restore/links]",
      "links.yaml:4: W2: this workspace is already in the file, by its name or its id [restore/links]",
      "links.yaml:5: LINKED: it is linked to group/sub/k8s through a GitHub App [restore/links]",
      "links.yaml:6: no-such-workspace: the organization has no such workspace, or the token cannot see it [restore/links]",
      "links.yaml:7: 1e3: this is not a string [restore/links]",
      "links.yaml:7: 1e3: the organization has no such workspace, or the token cannot see it [restore/links]",
    ]
  `);
  expect(stage.sandbox.log.matching({ method: "PATCH", path: "/workspaces/" })).toEqual([]);
});

it.each([
  ["", "the file contains no links"],
  ["- a\n", "this is not a map of workspaces"],
  ["a: b/c\na: b/d\n", "Map keys must be unique"],
])("refuses a file that is none: %j", async (text, message) => {
  file(text);
  const ran = await restore();
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
});

it("tries a refused one again with what the file says by then", async () => {
  const [one] = unlinked();
  file(`${one.id}: group/tpyo\n`);
  stage.sandbox.faults.add({
    method: "PATCH",
    path: `/workspaces/${one.id}`,
    fault: { status: 422 },
    times: 1,
  });
  expect(await restore()).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("NOT linked:"),
  });
  stage.sandbox.gitlabState.addProject("group/typo");
  file(`${one.id}: group/typo\n`);
  expect(await restore()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 of 1"),
  });
  expect(one.vcsRepo?.identifier).toBe("group/typo");
});

it("links through the new connection when that is named, which needs no authorization", async () => {
  const { state, gitlab } = stage.sandbox;
  const [one] = unlinked();
  const pat = addConnection(state, "sandbox", {
    name: "GitLab (PAT)",
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": gitlab.pat,
  });
  file(`${one.id}: group/network\n`);
  const args = ["restore", "sandbox", "--yes", "--links", "links.yaml", "--connection"];
  const ran = await stage.repoint(...args, pat.id);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(one.vcsRepo).toMatchObject({ identifier: "group/network", "oauth-token-id": pat.tokenIds[0] });
  expect(await stage.repoint(...args, "oc-0")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("restore/which-connection"),
  });
});
