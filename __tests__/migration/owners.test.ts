import { findOwners } from "../../lib/migration/owners";
import { connection, inventory, NEW, OLD, organization, workspace } from "./fixtures";

const found = inventory([
  workspace(1, { settings: { sourceName: "platform/terraform-config" } }),
  workspace(2, { settings: { sourceName: "platform/terraform-config" }, token: NEW.token }),
  workspace(3, { settings: { sourceName: "Terraform Cloud UI" } }),
  workspace(4, { name: "theirs" }),
  workspace(5),
  workspace(6, { settings: { source: "tfe-api" } }),
  workspace(7, { settings: { source: "tfe-ui" } }),
]);

it("groups what carries a sign of another configuration, and what the organization file says is one's", () => {
  const owners = findOwners(organization({ managedElsewhere: [{ names: ["theirs"] }] }), found);
  expect(
    owners.groups.map(({ owner, certainty, resources }) => [owner, certainty, resources.map(({ name }) => name)]),
  ).toEqual([
    ["listed under managedElsewhere: in the organization file", "managedElsewhere", ["theirs"]],
    ["platform/terraform-config", "suspected", ["workspace-1", "workspace-2"]],
  ]);
  expect(owners.madeOverApi).toEqual([workspace(6).id]);
  expect(owners).toMatchObject({ oldTokenIds: [OLD.token], newTokenId: NEW.token, newConnectionId: NEW.connection });
});

it("knows when there is no new connection yet", () => {
  const alone = inventory([], { connections: [connection(OLD, "GitLab")] });
  expect(findOwners(organization(), alone)).toEqual({
    groups: [],
    madeOverApi: [],
    oldTokenIds: [OLD.token],
    newConnectionId: null,
    newTokenId: null,
  });
});
