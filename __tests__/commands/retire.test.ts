import { addConnection } from "../../sandbox/tfe/state/add-connection";
import { type Stage, startStage } from "./support";

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
afterEach(async () => {
  await stage.close();
});

/** Moves everything of the old connection, but for what `stays` keeps there, to one with a personal access token. */
function moveAll(stays: (id: string) => boolean = () => false, as: Readonly<Record<string, string>> = {}): string {
  const { state, gitlab } = stage.sandbox;
  const { id: connectionId, tokenIds } = addConnection(
    state,
    "sandbox",
    {
      name: "GitLab (PAT)",
      "service-provider": "gitlab_community_edition",
      "http-url": gitlab.url,
      "api-url": `${gitlab.url}/api/v4`,
      "oauth-token-string": gitlab.pat,
      ...as,
    },
    { createdAt: "2026-01-01T00:00:00.000Z" },
  );
  const [token = ""] = tokenIds;
  for (const { id, vcsRepo } of state.resources()) {
    if (vcsRepo?.["oauth-token-id"] === OLD && !stays(id)) vcsRepo["oauth-token-id"] = token;
  }
  return connectionId;
}
const retire = () => stage.repoint("retire", "sandbox", "--yes");
const deletions = () => stage.sandbox.log.matching({ method: "DELETE" });

it("refuses while any kind of resource uses the old connection, and names each", async () => {
  stage = await startStage({ seed: 6, fleet: 8, extraResources: true });
  await stage.repoint("inventory", "sandbox");
  const kept = [...stage.sandbox.state.resources()].filter(
    ({ id, vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD && /^(polset|mod|st)-/.test(id),
  );
  expect(new Set(kept.map(({ id }) => id.split("-")[0]))).toEqual(new Set(["polset", "mod", "st"]));
  moveAll((id) => kept.some((each) => each.id === id));
  const { code, stdout } = await retire();
  expect(code).toBe(1);
  expect(stdout).toContain(`${kept.length} resources still use it`);
  for (const { id } of kept) expect(stdout).toContain(id);
  expect(deletions()).toEqual([]);
});

it("refuses when the token may not see what may use it, and takes a kind that the organization cannot have as none", async () => {
  stage = await startStage({
    seed: 6,
    fleet: 8,
    entitlements: { stacks: false },
  });
  await stage.repoint("inventory", "sandbox");
  moveAll();
  stage.sandbox.faults.add({
    path: "/organizations/sandbox/policy-sets",
    times: 1,
    fault: { status: 404 },
  });
  const refused = await retire();
  expect([refused.code, deletions()]).toEqual([1, []]);
  expect(refused.stdout).toContain("stays: the token cannot see policy-sets, and some may use it.");
  expect(refused.stdout).toContain("use an owner's token");
  expect(await retire()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 connection deleted"),
  });
});

it("refuses when TFE counts a workspace that was linked at the last moment", async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  await stage.repoint("inventory", "sandbox");
  moveAll();
  const { state, log } = stage.sandbox;
  const [late] = state.workspaces.values();
  const add = log.add.bind(log);
  // The last question before the deletion arrives: somebody was a moment faster.
  jest.spyOn(log, "add").mockImplementation((request) => {
    if (/\/oauth-clients\/oc-/.test(request.path) && late?.vcsRepo != null) late.vcsRepo["oauth-token-id"] = OLD;
    return add(request);
  });
  const { code, stdout } = await retire();
  expect([code, stdout]).toEqual([1, expect.stringContaining("TFE counts 1 workspace on oc-SandboxOAuth0001 now")]);
  expect(deletions()).toEqual([]);
});

const elsewhere = { "http-url": "https://other.example.com", "api-url": "https://other.example.com/api/v4" };
const github = { "service-provider": "github", "http-url": "https://github.com", "api-url": "https://api.github.com" };

it.each([
  ["leads to another GitLab", elsewhere, "points to https://other.example.com, but gitlab.url is"],
  ["is GitHub's", github, "is github, not GitLab"],
])("keeps the old connection while the new one %s, by whichever key it is named", async (_, as, reason) => {
  stage = await startStage({ seed: 6, fleet: 8 });
  await stage.repoint("inventory", "sandbox");
  const id = moveAll(() => false, as);
  for (const connection of [{ existing: id }, { name: "GitLab (PAT)" }]) {
    stage.organizationFile({ connection });
    const { code, stdout } = await retire();
    expect([code, stdout]).toEqual([1, expect.stringContaining(reason)]);
    expect((await stage.repoint("verify", "sandbox")).stdout).toContain(reason);
    expect((await stage.repoint("status", "sandbox")).stdout).toContain(reason);
    const planned = await stage.repoint("plan", "sandbox");
    expect([planned.code, planned.stderr]).toEqual([2, expect.stringContaining(reason)]);
  }
  expect(deletions()).toEqual([]);
});

describe("what is linked while the prompt waits", () => {
  const kinds = {
    workspace: /^ws-/,
    "policy-set": /^polset-/,
    "registry-module": /^mod-/,
    stack: /^st-/,
  };

  it.each(Object.entries(kinds))("a %s keeps the connection", async (kind, id) => {
    stage = await startStage({ seed: 6, fleet: 8, extraResources: true });
    await stage.repoint("inventory", "sandbox");
    moveAll();
    const late = [...stage.sandbox.state.resources()].find((each) => id.test(each.id) && each.vcsRepo !== null);
    const { code, stdout } = await stage.atTerminal(
      ["retire", "sandbox"],
      [
        {
          when: /to go on: $/,
          type: "oc-SandboxOAuth0001",
          first: () => {
            if (late?.vcsRepo != null) late.vcsRepo["oauth-token-id"] = OLD;
          },
        },
      ],
    );
    expect([code, deletions()]).toEqual([1, []]);
    expect(stdout).toContain("oc-SandboxOAuth0001 was NOT deleted, because this changed after it was found free:");
    expect(stdout).toMatch(new RegExp(`^${kind} .*${late?.id}$`, "m"));
  });

  it("nothing: the deletion follows the last reading, with no request between them", async () => {
    stage = await startStage({ seed: 6, fleet: 8, extraResources: true });
    await stage.repoint("inventory", "sandbox");
    moveAll();
    const ran = await stage.atTerminal(
      ["retire", "sandbox"],
      [
        {
          when: /to go on: $/,
          type: "oc-SandboxOAuth0001",
          first: () => stage.sandbox.log.clear(),
        },
      ],
    );
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("oc-SandboxOAuth0001 deleted.")]);
    const requests = stage.sandbox.log.entries.map(({ method, path }) => `${method} ${path.replace("/api/v2/", "")}`);
    const before = requests.slice(0, requests.indexOf("DELETE oauth-clients/oc-SandboxOAuth0001"));
    expect(before.at(-1)).toBe("GET oauth-clients/oc-SandboxOAuth0001");
    for (const list of ["workspaces", "policy-sets", "registry-modules", "stacks"])
      expect(before).toContain(`GET organizations/sandbox/${list}`);
  });
});
