import { push } from "../../sandbox/gitlab/deliver";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Ran, type Stage, startStage } from "./support";

// Commands that start processes: a busy machine takes its time.
jest.setTimeout(300_000);

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let projects: string[];
beforeAll(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  const { state, gitlab } = stage.sandbox;
  const paths = [...state.resources()].flatMap(({ vcsRepo }) =>
    vcsRepo?.["oauth-token-id"] === OLD ? [vcsRepo.identifier] : [],
  );
  projects = [...new Set(paths)].sort();
  stage.env.TF_VAR_gitlab_pat = gitlab.pat;
  await stage.must("plan", "sandbox");
  await stage.must("apply", "sandbox", "--yes");
});
afterAll(() => stage.close());
afterEach(() => {
  stage.sandbox.faults.clear();
  stage.sandbox.gitlabState.settings.version = "18.4.0-ee";
});

/** What is said of pushes, and the exit code. */
const said = ({ code, stdout }: Ran) => [
  code,
  ...stdout
    .split("\n")
    .filter((line) => /last push|no push|HCP Terraform|what to do/.test(line))
    .map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")),
];
const verify = async (...options: string[]) => said(await stage.repoint("verify", "sandbox", ...options));
const pushAll = async () => {
  for (const path of projects) await push(stage.sandbox.gitlabState, path);
};

it("says that nothing was delivered yet", async () => {
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  GitLab delivered no push for 4 resources in the last 7 days: the next one tells whether it arrives",
    ]
  `);
});

it("says that TFE took the last push", async () => {
  await pushAll();
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  TFE took the last push of 3 of 3 resources to whose webhook GitLab delivered one in the last 7 days",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
    ]
  `);
  const { stdout } = await stage.repoint("verify", "sandbox", "--webhooks", "--json");
  const { deliveries } = JSON.parse(stdout);
  expect(deliveries).toHaveLength(4);
  expect(deliveries.filter(({ result }: { result: string }) => result === "taken")).toHaveLength(3);
  // Who knows a webhook's address can start runs.
  expect(stdout).not.toContain("/webhooks/vcs/");
});

it("fails where TFE did not take it, and delivers it again", async () => {
  stage.sandbox.faults.add({
    server: "tfe",
    path: /webhooks\/vcs/,
    fault: { status: 500 },
  });
  await pushAll();
  stage.sandbox.faults.clear();
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      1,
      "FAIL  TFE did not take the last push of group/db for iam_prod_0 (ws-gubccuOL3TYgMnVd): it answered 500",
      "      what to do: see the webhook 27 in GitLab, under Settings > Webhooks > Edit > Recent events; repoint verify sandbox --webhooks --resend sends it again",
      "FAIL  TFE did not take the last push of group/sub/app for k8s-stage_1 (ws-dzA3TyOsBIQmcc3w): it answered 500",
      "      what to do: see the webhook 28 in GitLab, under Settings > Webhooks > Edit > Recent events; repoint verify sandbox --webhooks --resend sends it again",
      "FAIL  TFE did not take the last push of group/sub/edge for iam-prod--0 (ws-VXk2axKdrJm2jPmi): it answered 500",
      "      what to do: see the webhook 26 in GitLab, under Settings > Webhooks > Edit > Recent events; repoint verify sandbox --webhooks --resend sends it again",
      "NOTE  TFE took the last push of 0 of 3 resources to whose webhook GitLab delivered one in the last 7 days",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
    ]
  `);
  expect(await verify("--webhooks", "--resend", "--yes")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  TFE took the last push of 3 of 3 resources to whose webhook GitLab delivered one in the last 7 days; 3 of them sent again just now",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
    ]
  `);
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  TFE took the last push of 3 of 3 resources to whose webhook GitLab delivered one in the last 7 days",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
    ]
  `);
});

it("says what a GitLab that keeps no deliveries, or sends none again, does not tell", async () => {
  stage.sandbox.gitlabState.settings.version = "16.11.0";
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  the last push for 4 resources is unknown: GitLab shows no deliveries (it does from 17.3 on)",
    ]
  `);
  stage.sandbox.gitlabState.settings.version = "17.3.0";
  expect(await verify("--webhooks", "--resend", "--yes")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  TFE took the last push of 3 of 3 resources to whose webhook GitLab delivered one in the last 7 days",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
      "NOTE  GitLab did not deliver the last push for 3 resources again: it can from 17.4 on",
    ]
  `);
});

it("names the errors that HCP Terraform logged of the new connection", async () => {
  const { state } = stage.sandbox;
  state.vcsEventsFor = "all";
  for (const connection of state.clients.values())
    state.noteVcsEvent(connection, {
      level: "error",
      message: "Server responded with code 401",
    });
  expect(await verify("--webhooks")).toMatchInlineSnapshot(`
    [
      0,
      "NOTE  TFE took the last push of 3 of 3 resources to whose webhook GitLab delivered one in the last 7 days",
      "NOTE  GitLab delivered no push for 1 resource in the last 7 days: the next one tells whether it arrives",
      "NOTE  HCP Terraform logged 1 error of the new connection in the last 10 days, the last at TIME: repoint diagnose --vcs-events sandbox says what they are",
    ]
  `);
});

it("asks before it delivers again", async () => {
  const before = stage.sandbox.log.entries.length;
  expect(await stage.repoint("verify", "sandbox", "--webhooks", "--resend")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("confirmation required"),
  });
  expect(await stage.answering("no", "verify", "sandbox", "--webhooks", "--resend")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Not verified: not confirmed."),
  });
  expect(await stage.repoint("verify", "sandbox", "--resend")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--webhooks is not given"),
  });
  expect(stage.sandbox.log.entries.slice(before)).toEqual([]);
});
