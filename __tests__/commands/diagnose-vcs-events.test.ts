import { rmSync } from "node:fs";
import { join } from "node:path";
import { push } from "../../sandbox/gitlab/deliver";
import { type Stage, startStage } from "./support";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 3, fleet: 20 });
});
afterEach(() => stage.close());

/** Pushes that TFE cannot follow up, since every OAuth token is revoked. */
async function pushInVain(): Promise<void> {
  const { state, gitlabState } = stage.sandbox;
  state.vcsEventsFor = "all";
  for (const grant of gitlabState.grants) grant.revoked = true;
  for (const { vcsRepo } of state.workspaces.values()) {
    if (vcsRepo?.["oauth-token-id"] !== "ot-SandboxOAuth0001" || vcsRepo["webhook-url"] === null) continue;
    gitlabState.addHook(vcsRepo.identifier, vcsRepo["webhook-url"]);
    await push(gitlabState, vcsRepo.identifier);
  }
}

const verdict = ({ code, stdout }: { code: number; stdout: string }) => {
  const { verdict, causes, inputs, totals } = JSON.parse(stdout);
  return [
    code,
    verdict,
    causes.map(({ rule }: { rule: string }) => rule),
    inputs.map(({ name, kinds }: { name: string; kinds: readonly string[] }) => [name, ...kinds]),
    totals.errors,
  ];
};

it("finds in what HCP Terraform logged that the token was revoked, without any log", async () => {
  await pushInVain();
  const ran = await stage.repoint("diagnose", "--vcs-events", "sandbox", "--json");
  expect(verdict(ran)).toMatchInlineSnapshot(`
    [
      1,
      "insufficient",
      [],
      [
        [
          "VCS events of sandbox",
          "tfe-vcs-events",
        ],
      ],
      {
        "grant-invalid": 12,
        "token-revoked": 12,
      },
    ]
  `);
  const { stdout } = await stage.repoint("diagnose", "--vcs-events", "sandbox");
  expect(stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")).toMatchInlineSnapshot(`
    "NOT ENOUGH INFORMATION: These events contain HCP Terraform's error, but not its cause, which GitLab.com's logs alone would show.

    Also found
      Terraform Enterprise's refresh was refused (first half of the known error): 12 times, TIME … TIME  [error-grant-invalid]
        “The provided authorization grant is invalid …”: the refresh token was used, revoked or never valid.
        Remedy: Look for the cause in GitLab's logs of the same period.
        First seen: VCS events of sandbox:1
      Terraform Enterprise's token was revoked (second half of the known error): 12 times, TIME … TIME  [error-token-revoked]
        “Token was revoked. You have to re-authorize from the user.”: GitLab says this for OAuth tokens and for personal access tokens, so it does not prove a race.
        Remedy: Look for the cause in GitLab's logs of the same period.
        First seen: VCS events of sandbox:2

    What was read (times in UTC; clocks may differ by up to 5 min: --clock-tolerance)
      VCS events of sandbox: tfe-vcs-events in flexible-json; 5.6 KiB, 24 lines, 24 relevant, 0 refreshes

    Next
      restore the connection now: authorize it again and link again what it lost:
          repoint restore ORG
      for a permanent fix, move to a connection that is never refreshed: record what uses the old one, then plan the move:
          repoint inventory ORG
    "
  `);
});

it("takes the organization's own name and host where there is no organization file", async () => {
  await pushInVain();
  rmSync(join(stage.folder, "organizations"), { recursive: true });
  const ran = await stage.repoint("diagnose", "--vcs-events", "sandbox", "--hostname", "tfe.sandbox.test", "--json");
  expect(verdict(ran)[1]).toBe("insufficient");
});

it("finds nothing where nothing was logged, and says for whom events are kept", async () => {
  const { code, stdout, stderr } = await stage.repoint("diagnose", "--vcs-events", "sandbox");
  expect([code, stdout, stderr]).toMatchInlineSnapshot(`
    [
      0,
      "NOTHING FOUND: HCP Terraform logged no error of the connections in the last 10 days. It keeps VCS events of connections to GitLab.com alone, so this does not prove that another one works.

    What was read (times in UTC; clocks may differ by up to 5 min: --clock-tolerance)
      VCS events of sandbox: tfe-vcs-events; 0 bytes, 0 lines, 0 relevant, 0 refreshes

    Next
      nothing to do
    ",
      "",
    ]
  `);
});

it("does not call it nothing where errors were logged in words that it does not know", async () => {
  const { state } = stage.sandbox;
  state.vcsEventsFor = "all";
  for (const connection of state.clients.values())
    state.noteVcsEvent(connection, {
      level: "error",
      message: "Something new went wrong\nsince Tuesday",
    });
  const { code, stdout } = await stage.repoint("diagnose", "--vcs-events", "sandbox");
  expect([code, stdout.split("\n")[0]]).toMatchInlineSnapshot(`
    [
      1,
      "NOT ENOUGH INFORMATION: HCP Terraform logged an error of the connections in the last 10 days, but none says that GitLab refused the token: read them in the organization's settings, under VCS events.",
    ]
  `);
});

it("says what to give where the server keeps no events", async () => {
  stage.sandbox.faults.add({
    server: "tfe",
    path: /vcs-events/,
    fault: { status: 404 },
  });
  const { code, stdout, stderr } = await stage.repoint("diagnose", "--vcs-events", "sandbox");
  expect([code, stdout, stderr]).toMatchInlineSnapshot(`
    [
      3,
      "",
      "error: tfe.sandbox.test has no VCS events of sandbox (404)
        fix: HCP Terraform keeps them, for who may manage VCS settings; of Terraform Enterprise, give its logs: repoint diagnose LOGS
    ",
    ]
  `);
});

it.each([
  [[], "no log was given"],
  [["--hostname", "tfe.sandbox.test", "a.log"], "--hostname says where the organization of --vcs-events is"],
  [["--vcs-events", "sandbx"], 'there is no organization file for "sandbx"'],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await stage.repoint("diagnose", ...words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
