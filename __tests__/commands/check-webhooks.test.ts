import { checkWebhooks } from "../../lib/commands/verify/check-webhooks";
import { textSha256 } from "../../lib/files/sha256";
import type { VcsResource } from "../../lib/kinds";
import { type Gitlab, gitlab, type Reply } from "../gitlab/support";
import { vcsRepo, workspace } from "../migration/fixtures";

const HOST = "tfe.example.com";
const address = (name: string) => `https://${HOST}/webhooks/vcs/${name}`;
const hooks = (...names: string[]): Reply => ({
  body: names.map((name, index) => ({ id: index + 1, url: address(name), push_events: true })),
});
let server: Gitlab | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Workspaces 1, 2, … linked to these repositories; the webhook of each is called by its number. */
async function check(
  repositories: readonly string[],
  answer: (path: string) => Reply,
  asked = { variable: "TF_VAR_gitlab_pat", forConnection: true },
  left: readonly string[] = [],
) {
  server = await gitlab((path) => answer(decodeURIComponent(path)));
  const resources: VcsResource[] = repositories.map((identifier, index) => ({
    ...workspace(index + 1, { name: `w${index + 1}` }),
    vcsRepo: { ...vcsRepo("ot-new"), identifier },
  }));
  const { problems, ...found } = await checkWebhooks(server.api, {
    resources,
    webhookUrls: new Map(resources.map(({ id }, index) => [id, address(String(index + 1))])),
    left: new Set(left.map((name) => textSha256(address(name)))),
    hostname: HOST,
    asked,
  });
  return { ...found, problems: problems.map(({ message, todo }) => `${message} → ${todo}`) };
}

it("says that all are fine, and with which token it asked", async () => {
  const found = await check(["g/a", "g/a"], () => hooks("1", "2"));
  expect(found).toEqual({
    problems: [],
    notes: ["webhooks, asked with TF_VAR_gitlab_pat: 2 of 2 are in GitLab and work"],
    orphans: [],
    webhooks: { looked: 2, fine: 2 },
  });
});

it("calls left over what was recorded for the old connection alone, by GitLab's id", async () => {
  const found = await check(["g/a"], () => hooks("1", "left", "of-a-stack", "of-another"), undefined, ["left"]);
  expect([found.orphans, found.problems]).toEqual([[{ project: "g/a", ids: [2] }], []]);
  expect(found.notes[1]).toBe(
    "2 more webhooks of these projects lead to this TFE: of stacks, other organizations, or left over, which cannot be told from here; leave them",
  );
});

it("takes a refusal of the connection's own token for one of TFE, once for all projects", async () => {
  const refused = () => ({ status: 403, body: { message: "403 Forbidden" } });
  expect((await check(["g/a", "g/b", "g/c", "g/d"], refused)).problems).toEqual([
    "g/a, g/b, g/c and 1 more: the token's user may not see webhooks in GitLab (403 Forbidden), so TFE cannot create them → give the token's user the role Maintainer there",
  ]);
});

it("takes a refusal of another token for nothing but that", async () => {
  const refused = () => ({ status: 404, body: { message: "404 Project Not Found" } });
  expect(await check(["g/a"], refused, { variable: "GITLAB_TOKEN", forConnection: false })).toMatchObject({
    problems: [],
    notes: [
      "g/a: webhooks were not looked at, asked with GITLAB_TOKEN: GitLab refused with 404: 404 Project Not Found",
    ],
    webhooks: { looked: 0, fine: 0 },
  });
});

it.each<[string, Reply, string]>([
  [
    "a login page",
    { body: "<html>" },
    "this is not an answer of GitLab's API: 200 with HTML (a login page or a proxy?)",
  ],
  [
    "a proxy's refusal",
    { status: 403, body: "<html>" },
    "this is not an answer of GitLab's API: 403 with HTML (a login page or a proxy?)",
  ],
  [
    "a redirect",
    { status: 302, headers: { location: "https://sso.example.com/x" } },
    "GitLab answered 302, which redirects to https://sso.example.com/x: another host, which must not get the token",
  ],
])("takes %s for no fact", async (_, reply, words) => {
  expect(await check(["g/a"], () => reply)).toMatchObject({
    problems: [],
    notes: [`g/a: webhooks were not looked at: ${words}`],
  });
});

it("asks no further when nobody answers", async () => {
  const projects = Array.from({ length: 40 }, (_, index) => `g/p${index + 10}`);
  const found = await check(projects, () => ({ drop: true }));
  expect(found).toMatchObject({
    problems: [],
    notes: [
      "webhooks of 40 projects were not looked at: GitLab cannot be reached: the connection failed: other side closed",
    ],
  });
  expect(server?.asked.length).toBeLessThanOrEqual(8 * 4);
});

it("follows a project that has moved, and says where to", async () => {
  const found = await check(["old/a"], (path) => {
    if (path.startsWith("projects/old/a/hooks"))
      return { status: 301, headers: { location: `/api/v4/${path.replace("old/a", "42")}` } };
    if (path.startsWith("projects/42/hooks")) return hooks();
    return { body: { id: 42, path_with_namespace: "new/a" } };
  });
  expect(found).toMatchObject({
    problems: [
      "old/a has no webhook for w1 (ws-0000000000000001), so pushes start no runs → set the repository of w1 in TFE to new/a: under the old path TFE can make no webhook",
    ],
    webhooks: { looked: 1, fine: 0 },
  });
  expect(found.notes.join()).toContain("old/a: GitLab has moved it to new/a");
});

it.each([
  ["https://tfe.example.com/webhooks/vcs/{id}", "hides a part of its address"],
  ["https://{host}/webhooks/vcs/1", "hides a part of its address"],
  ["https://terraform.example.com/webhooks/vcs/1", "points to terraform.example.com instead of tfe.example.com"],
  ["https://tfe.example.com:443/webhooks/vcs/1?x=1", "has another form of its address"],
])("does not know whether a webhook to %s is it", async (url, why) => {
  const found = await check(["g/a"], () => ({ body: [{ id: 9, url, push_events: true }] }));
  expect(found).toMatchObject({ problems: [], webhooks: { looked: 1, fine: 0 } });
  expect(found.notes).toContain(
    `g/a: whether w1 (ws-0000000000000001) has a webhook that works is unknown: the webhook 9 ${why}`,
  );
});

it.each([
  "https://tfe.example.com/webhooks/vcs/{id}/x",
  "https://tfe.example.com/webhooks/vcs/2",
  "{no",
  "https://tfe.example.com/",
])("knows that a webhook to %s is another", async (url) => {
  const { problems } = await check(["g/a"], () => ({ body: [{ id: 9, url, push_events: true }] }));
  expect(problems).toEqual([expect.stringContaining("g/a has no webhook for w1")]);
});

it("asks for the default branch where a filter makes it matter", async () => {
  const filtered = (path: string): Reply =>
    path.includes("/hooks")
      ? { body: [{ id: 9, url: address("1"), push_events: true, push_events_branch_filter: "release/*" }] }
      : { body: { id: 1, path_with_namespace: "g/a", default_branch: "main" } };
  expect((await check(["g/a"], filtered)).problems).toEqual([
    'the webhook 9 of g/a for w1 (ws-0000000000000001) sends push events only for "release/*", not for main, so pushes start no runs → choose All branches under Push events for it in GitLab, or a filter that covers the branch',
  ]);
});

it("asks for nothing that is no path of a project", async () => {
  expect(await check(["../../admin", "alone"], () => hooks())).toMatchObject({
    notes: ["../../admin, alone: webhooks were not looked at: this is no path of a GitLab project"],
  });
  expect(server?.asked).toEqual([]);
});
