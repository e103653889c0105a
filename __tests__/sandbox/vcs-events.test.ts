import { push } from "../../sandbox/gitlab/deliver";
import { type Caller, startCaller } from "./support";

let caller: Caller;
beforeEach(async () => {
  caller = await startCaller({ fleet: 10, seed: 3 });
});
afterEach(() => caller.sandbox.close());

const OLD = "ot-SandboxOAuth0001";
/** A repository whose webhook leads to a workspace of the old connection. */
function repository(): string {
  const { state, gitlabState } = caller.sandbox;
  for (const { vcsRepo } of state.workspaces.values()) {
    if (vcsRepo?.["oauth-token-id"] !== OLD || vcsRepo["webhook-url"] === null) continue;
    gitlabState.addHook(vcsRepo.identifier, vcsRepo["webhook-url"]);
    return vcsRepo.identifier;
  }
  throw new Error("no workspace on the old connection");
}

const events = async (query = "") => {
  const { body } = await caller.call("GET", `organizations/sandbox/vcs-events?${query}`);
  return body.data?.map(({ attributes, relationships }) => [
    attributes?.level,
    attributes?.message,
    attributes?.["suggested-action"],
    relationships?.["oauth-client"]?.data?.id,
  ]);
};

it("tell what pushes came to", async () => {
  const { state, gitlabState } = caller.sandbox;
  state.vcsEventsFor = "all";
  const path = repository();
  expect((await push(gitlabState, path)).map(({ response_status: status }) => status)).toContain("200");
  expect((await events())?.[0]).toEqual(["info", `Webhook of ${path} processed`, null, "oc-SandboxOAuth0001"]);
  expect(await events("filter[levels]=error")).toEqual([]);
  for (const grant of gitlabState.grants) grant.revoked = true;
  await push(gitlabState, path);
  const errors = await events("filter[levels]=error&filter[oauth_client_external_ids]=oc-SandboxOAuth0001");
  expect(errors?.[0]).toEqual([
    "error",
    expect.stringContaining("Token was revoked"),
    "Reauthorize the VCS connection.",
    "oc-SandboxOAuth0001",
  ]);
});

it("are of GitLab.com's connections alone, as documented", async () => {
  await push(caller.sandbox.gitlabState, repository());
  expect(await events()).toEqual([]);
});
