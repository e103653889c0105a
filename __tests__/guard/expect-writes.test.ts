import { expectNothing, expectWrites } from "../../lib/guard/expect-writes";
import { GuardExpectation, isToChange } from "../../lib/guard/expectation";
import type { Inventory } from "../../lib/inventory/schema";
import { planMigration } from "../../lib/migration/migration";
import { waveOrder } from "../../lib/migration/waves";
import type { Organization } from "../../lib/organization/organization";
import { connection, inventory, NEW, OLD, organization, ownConnection, workspace } from "../migration/fixtures";

const unmade: Partial<Inventory> = {
  connections: [connection(OLD, "GitLab")],
  ownConnections: [ownConnection({ id: null })],
};

function expected(found: Inventory, changes: Partial<Organization> = {}, back?: ReadonlySet<string>) {
  const plan = planMigration(organization(changes), found, back === undefined ? {} : { back });
  expect(plan.problems).toEqual([]);
  return GuardExpectation.parse(JSON.parse(JSON.stringify(expectWrites(plan, found))));
}

const inShort = ({ links, connection: made, projectLinks }: GuardExpectation) => ({
  links: links.map(({ path, to, reconnect }) => `${path} → ${to ?? "the new one"}${reconnect ? ", linked again" : ""}`),
  connection: made && (made.id ?? "a new one"),
  projectLinks: projectLinks.map(({ connectionId, projectId }) => `${connectionId ?? "the new one"} ${projectId}`),
});

it("expects nothing of a plan", () => {
  expect(inShort(expectNothing(planMigration(organization(), inventory([workspace(1)]))))).toEqual({
    links: [],
    connection: null,
    projectLinks: [],
  });
});

it("expects everything that the stack says, and tells what of it changes", () => {
  const found = inventory([
    workspace(1),
    workspace(2, { token: NEW.token }),
    workspace(3, { adopted: false, first: { connection: "oc-x", token: "ot-x" } }),
  ]);
  const { hostname, organization: of, links } = expected(found);
  expect([hostname, of]).toEqual(["app.terraform.io", "acme"]);
  expect(links[0]).toMatchObject({
    kind: "workspace",
    id: "ws-0000000000000001",
    name: "workspace-1",
    path: "workspaces/ws-0000000000000001",
    to: NEW.token,
    reconnect: false,
    reviewed: workspace(1),
  });
  expect(links.map((link) => [link.id, isToChange(link)])).toEqual([
    ["ws-0000000000000001", true],
    ["ws-0000000000000002", false],
  ]);
});

it("expects the connection that is not there, and to re-point to it whatever token it gets", () => {
  expect(inShort(expected(inventory([workspace(1)], unmade)))).toEqual({
    links: ["workspaces/ws-0000000000000001 → the new one"],
    connection: "a new one",
    projectLinks: [],
  });
});

it("expects the projects of a connection that is limited to some", () => {
  const scope = { projects: ["Platform", "Default Project"] };
  const changes = { connection: { ...organization().connection, scope } };
  const projectIds = ["prj-0000000000000001", "prj-0000000000000002"];
  const fresh = inventory([workspace(1)], { ...unmade, ownConnections: [ownConnection({ id: null, projectIds })] });
  expect(inShort(expected(fresh, changes)).projectLinks).toEqual(projectIds.map((id) => `the new one ${id}`));
  const half = inventory([workspace(1)], {
    connections: [
      connection(OLD, "GitLab"),
      connection(NEW, "GitLab (PAT)", { organizationScoped: false, projectIds: projectIds.slice(0, 1) }),
    ],
    ownConnections: [ownConnection({ projectIds })],
  });
  // What is attached may be missing in Terraform's state, which then attaches it again.
  expect(inShort(expected(half, changes)).projectLinks).toEqual(projectIds.map((id) => `${NEW.connection} ${id}`));
});

it("expects the way back", () => {
  expect(
    inShort(expected(inventory([workspace(1, { token: NEW.token })]), {}, new Set(waveOrder(organization())))),
  ).toMatchObject({
    links: [`workspaces/ws-0000000000000001 → ${OLD.token}`],
  });
});

it("expects a lost link as it was last seen", () => {
  const gone = inventory([workspace(1, { token: null })], {
    connections: [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone: true })],
  });
  const { links } = expected(gone);
  expect(links).toMatchObject([
    { reconnect: true, to: NEW.token, vcsRepo: { identifier: "group/project", branch: "" } },
  ]);
});

it("expects nothing of a connection that was made outside", () => {
  const changes = { connection: { ...organization().connection, existing: NEW.connection } };
  const found = inventory([workspace(1)], { ownConnections: [ownConnection({ managed: false })] });
  expect(inShort(expected(found, changes))).toEqual({
    links: [`workspaces/ws-0000000000000001 → ${NEW.token}`],
    connection: null,
    projectLinks: [],
  });
});

describe("with what the review found that the plan file does", () => {
  const found = inventory([workspace(1), workspace(2)]);
  const plan = planMigration(organization(), found);
  const change = (id: string, action: "update" | "no-op" | "create", address = "tfe_workspace.x", path = "") => ({
    id,
    action,
    address,
    attributes: [{ path, before: "", after: "", expected: true }],
  });

  it("expects that alone", () => {
    const reviewed = [change("ws-0000000000000002", "update"), change("ws-0000000000000001", "no-op")];
    expect(inShort(expectWrites(plan, found, reviewed))).toEqual({
      links: [`workspaces/ws-0000000000000002 → ${NEW.token}`],
      connection: null,
      projectLinks: [],
    });
  });

  it("expects nothing of what is no resource of the plan", () => {
    expect(expectWrites(plan, found, [change("ws-other", "update")]).links).toEqual([]);
  });

  it("expects the token of the connection to be exchanged", () => {
    const own = change(NEW.connection, "update", "tfe_oauth_client.gitlab_pat");
    expect(inShort(expectWrites(plan, found, [own])).connection).toBe(NEW.connection);
    expect(expectWrites(plan, found, [own]).connection).toMatchObject({ changesScope: false });
    const scope = change(NEW.connection, "update", "tfe_oauth_client.gitlab_pat", "organization_scoped");
    expect(expectWrites(plan, found, [scope]).connection).toMatchObject({ changesScope: true });
    const others = change("oc-other", "update", "tfe_oauth_client.somebody_elses");
    expect(inShort(expectWrites(plan, found, [others])).connection).toBeNull();
  });
});
