import { App, Testing } from "cdktf";
import { buildApp } from "../../examples/own-app/main";
import { matchers } from "../../lib/testing";
import { fixture, fixtureText } from "../review/support";

expect.extend(matchers);

/** The example's stack, as Terraform's JSON that a test may change. */
function platform() {
  const stack = buildApp(new App({ outdir: "unused" })).node.findChild("platform");
  if (!("toTerraform" in stack) || typeof stack.toTerraform !== "function") throw new Error("it is a stack");
  return { stack, json: JSON.parse(JSON.stringify(stack.toTerraform())) };
}
const NETWORK = "network_ws_aaaaaaaaaaaaaaaa";

describe("toRepointOnly", () => {
  it("holds of a stack of Repoint's constructs, in each of its forms", () => {
    const { stack, json } = platform();
    expect(stack).toRepointOnly();
    expect(json).toRepointOnly();
    expect(JSON.stringify(json)).toRepointOnly();
    expect(Testing.synthScope(() => {})).toRepointOnly();
  });

  // biome-ignore lint/suspicious/noExplicitAny: each reaches into the configuration.
  it.each<[string, (json: any) => void, string]>([
    [
      "another resource",
      ({ resource }) => void Object.assign(resource, { aws_instance: { web: {} } }),
      "aws_instance.web is no connection, and nothing that uses one",
    ],
    ["a workspace that is not imported", (json) => void json.import.shift(), `is created: no import block names it`],
    [
      "an import of nothing",
      (json) => json.import.push({ to: "tfe_workspace.gone", id: "ws-1" }),
      "the import of tfe_workspace.gone has no resource",
    ],
    [
      "a workspace that may be destroyed",
      ({ resource }) => void delete resource.tfe_workspace[NETWORK].lifecycle.prevent_destroy,
      `tfe_workspace.${NETWORK} may be destroyed`,
    ],
    [
      "a connection that may be destroyed",
      ({ resource }) => void delete resource.tfe_oauth_client.gitlab.lifecycle,
      "tfe_oauth_client.gitlab may be destroyed",
    ],
    [
      "a workspace without a link",
      ({ resource }) => void delete resource.tfe_workspace[NETWORK].vcs_repo,
      "has no vcs_repo with an oauth_token_id",
    ],
    [
      "a removal that destroys",
      ({ removed }) => void Object.assign(removed[0].lifecycle, { destroy: true }),
      "removing tfe_workspace.legacy_ws_cccccccccccccccc destroys it",
    ],
    [
      "a removal by default",
      ({ removed }) => void delete removed[0].lifecycle,
      "removing tfe_workspace.legacy_ws_cccccccccccccccc destroys it",
    ],
    ["a module", (json) => void Object.assign(json, { module: { more: {} } }), "it has a block `module`"],
  ])("names %s", (_name, change, message) => {
    const { json } = platform();
    change(json);
    expect(json).not.toRepointOnly();
    expect(() => expect(json).toRepointOnly()).toThrow(message);
  });
});

describe("toPassReview", () => {
  it("holds of a plan that re-points", () => {
    expect(fixtureText("repoint")).toPassReview();
  });

  it("names the findings of one that destroys", () => {
    const plan = fixture("repoint");
    const { change } = plan.resource_changes.find(({ type }: { type: string }) => type === "tfe_workspace");
    Object.assign(change, {
      actions: ["delete"],
      before: change.after,
      after: null,
      after_unknown: {},
      after_sensitive: false,
    });
    expect(() => expect(JSON.stringify(plan)).toPassReview()).toThrow(/the plan fails the review:\n {2}- .*\[/);
  });
});
