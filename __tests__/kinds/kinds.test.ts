import { kindOf, resourceAddress, resourceKinds } from "../../lib/kinds";

const settings = { registryName: "private", namespace: "acme", provider: "aws" };

it("knows where each kind is, over the API and in Terraform", () => {
  const object = { id: "x-1", name: "a b", settings };
  const known = resourceKinds.map((kind) => [
    kindOf(kind).type,
    kindOf(kind).path("acme", object),
    resourceAddress({ kind, address: "app" }),
    ...kindOf(kind).importIds("acme", object),
  ]);
  expect(known).toEqual([
    ["workspaces", "workspaces/x-1", "tfe_workspace.app", "x-1", "acme/a b"],
    ["policy-sets", "policy-sets/x-1", "tfe_policy_set.app", "x-1", "acme/a b"],
    [
      "registry-modules",
      "organizations/acme/registry-modules/private/acme/a%20b/aws",
      "tfe_registry_module.app",
      "acme/private/acme/a b/aws/x-1",
    ],
    ["stacks", "stacks/x-1", "tfe_stack.app", "x-1"],
  ]);
});
