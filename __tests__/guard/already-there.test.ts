import { decide } from "../../lib/guard/decide";
import { expectWrites } from "../../lib/guard/expect-writes";
import { isToChange } from "../../lib/guard/expectation";
import { kindOf, type ResourceKind, resourceKinds, type VcsResource } from "../../lib/kinds";
import { planMigration } from "../../lib/migration/migration";
import { waveOrder } from "../../lib/migration/waves";
import type { Organization } from "../../lib/organization/organization";
import { Resource } from "../../lib/tfe/resource";
import { connection, inventory, NEW, OLD, organization, ownConnection } from "../migration/fixtures";
import { circumstances, knownWith, PAT, request, workspaceResource } from "./facts";

const IDS: Readonly<Record<ResourceKind, string>> = {
  workspace: "ws-0000000000000001",
  "policy-set": "polset-0000000000000001",
  "registry-module": "mod-0000000000000001",
  stack: "st-0000000000000001",
};

/** An object as TFE shows it, on a token. */
function shown(kind: ResourceKind, token: string) {
  const link = { identifier: "group/project", branch: "", "oauth-token-id": token };
  const ofItsKind: Readonly<Record<ResourceKind, object>> = {
    workspace: workspaceResource(IDS.workspace).attributes,
    "policy-set": { name: "policies", kind: "sentinel", global: false, overridable: null, "agent-enabled": false },
    "registry-module": {
      name: "network",
      namespace: "acme",
      provider: "aws",
      "registry-name": "private",
      "publishing-mechanism": "git_tag",
    },
    stack: { name: "app", description: null, "speculative-enabled": true },
  };
  const repo: Readonly<Record<ResourceKind, object>> = {
    workspace: { ...link, "ingress-submodules": false, "tags-regex": null },
    "policy-set": { ...link, "ingress-submodules": false },
    "registry-module": { ...link, "display-identifier": "group/project", tags: true },
    stack: link,
  };
  const attributes = { ...ofItsKind[kind], "vcs-repo": repo[kind] };
  const relationships = { project: { data: { type: "projects", id: "prj-0000000000000001" } } };
  return { id: IDS[kind], type: kindOf(kind).type, attributes, relationships };
}

/** As the inventory has it: first seen on the old connection, and on this token now. */
function recordOn(kind: ResourceKind, token: string): VcsResource {
  const reading = (on: string) => kindOf(kind).read(Resource.parse(shown(kind, on)));
  const { vcsRepo } = reading(OLD.token);
  if (vcsRepo === null) throw new Error(`${kind}: no link`);
  const { name } = reading(OLD.token);
  const baseline = { address: `a_${kind.replace("-", "_")}`, name, connectionId: OLD.connection, vcsRepo };
  return { ...reading(token), baseline, adopted: true, gone: false } as VcsResource;
}

/** The way that a run goes, and the token that everything has already. */
const ways: Readonly<
  Record<string, { token: string; changes?: Partial<Organization>; back?: boolean; gone?: boolean }>
> = {
  "moved to the connection that Terraform manages": { token: NEW.token },
  "moved to one that was made in TFE": {
    token: NEW.token,
    changes: { connection: { ...organization().connection, existing: NEW.connection } },
  },
  "moved, and the old connection is deleted": { token: NEW.token, gone: true },
  "taken back by a rollback": { token: OLD.token, back: true },
  "back by the organization file": { token: OLD.token, changes: { direction: "back" } },
};

const everything = resourceKinds.flatMap((kind) => Object.keys(ways).map((way) => [kind, way] as const));

/**
 * What Terraform sends for a resource that is already where it shall be: its state was lost, or forgot it, so it is imported again, and
 * the provider updates it, since an import leaves empty what only configuration and state have.
 */
describe.each(everything)("a %s that is %s", (kind, way) => {
  const { token, changes, back, gone = false } = ways[way] ?? { token: "" };
  const record = recordOn(kind, token);
  const found = inventory([record], {
    connections: [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone })],
    ...(changes?.connection === undefined ? {} : { ownConnections: [ownConnection({ managed: false })] }),
  });
  const file = organization(changes);
  const plan = planMigration(file, found, back === true ? { back: new Set(waveOrder(file)) } : {});
  const expectation = expectWrites(plan, found);
  const path = kindOf(kind).path("acme", record);
  const now = (on = token, more: object = {}) => {
    const object = shown(kind, on);
    return knownWith({ [path]: { ...object, attributes: { ...object.attributes, ...more } } });
  };
  const sent = (on = token) => {
    const { name, "vcs-repo": repo } = shown(kind, on).attributes as Record<string, unknown>;
    const of = kind === "registry-module" ? {} : { name, description: "" };
    const attributes = { ...of, "vcs-repo": { "ingress-submodules": false, ...Object(repo) } };
    return request("PATCH", path, { data: { type: kindOf(kind).type, attributes } });
  };

  it("is expected, and nothing is to be changed", () => {
    expect(plan.problems).toEqual([]);
    expect(expectation.links.map((link) => [link.path, link.to, isToChange(link)])).toEqual([[path, token, false]]);
  });

  it("is answered as the server has it, and nothing is sent, however long ago that was read in this run", () => {
    for (const freshSince of [0, 1_000_000])
      expect(decide(sent(), circumstances({ expectation, known: now(), freshSince }))).toMatchObject({
        type: "answer",
        status: 200,
        body: { data: { id: record.id, attributes: { "vcs-repo": { "oauth-token-id": token } } } },
      });
  });

  it("is read before it is answered, and left where somebody has moved or changed it meanwhile", () => {
    const under = { expectation, freshSince: 0 };
    expect(decide(sent(), circumstances({ ...under, known: knownWith() })).type).toBe("read-first");
    const other = token === NEW.token ? OLD.token : NEW.token;
    const moved = circumstances({ ...under, known: now(other) });
    expect(decide(sent(), moved).type).toBe("leave");
    expect(decide(sent(), circumstances({ expectation, known: now(other), freshSince: 1_000_000 })).type).toBe(
      "read-first",
    );
    const renamed = decide(sent(), circumstances({ ...under, known: now(token, { name: "renamed" }) }));
    expect(renamed.type).toBe("leave");
    expect(decide(sent(other), circumstances({ ...under, known: now() }))).toMatchObject({ rule: "wrong-token" });
  });
});

describe("a connection that is there already", () => {
  const projectIds = ["prj-0000000000000001", "prj-0000000000000002"];
  const limited = { organizationScoped: false, projectIds };
  const changes = { connection: { ...organization().connection, scope: { projects: projectIds } } };
  const expected = (managed: boolean) => {
    const found = inventory([], {
      connections: [connection(NEW, "GitLab (PAT)", limited), connection(OLD, "GitLab")],
      ownConnections: [ownConnection({ managed, projectIds })],
    });
    const plan = planMigration(organization(changes), found);
    expect(plan.problems).toEqual([]);
    return expectWrites(plan, found);
  };
  const path = `oauth-clients/${NEW.connection}`;
  const known = (attached: readonly string[]) => {
    const data = attached.map((id) => ({ type: "projects", id }));
    const attributes = { "organization-scoped": false };
    return knownWith({
      [path]: { id: NEW.connection, type: "oauth-clients", attributes, relationships: { projects: { data } } },
    });
  };
  const attach = request("POST", `${path}/relationships/projects`, {
    data: projectIds.slice(0, 1).map((id) => ({ type: "projects", id, attributes: { name: "" } })),
  });

  it.each([true, false])("is attached to its projects again without a request, managed: %s", (managed) => {
    const expectation = expected(managed);
    expect(decide(attach, circumstances({ expectation, known: known(projectIds) }))).toEqual({
      type: "answer",
      status: 204,
      body: undefined,
      subject: {
        kind: "connection-project",
        id: NEW.connection,
        name: expect.stringContaining("prj-0000000000000001"),
      },
    });
    expect(decide(attach, circumstances({ expectation, known: knownWith() }))).toMatchObject({
      type: "read-first",
      path,
    });
    expect(decide(attach, circumstances({ expectation, known: known([]) }))).toMatchObject({ type: "send" });
  });

  it("is sent its token alone, whether that is the one it has or another", () => {
    const asked = request("PATCH", path, {
      data: { type: "oauth-clients", attributes: { "oauth-token-string": PAT, "organization-scoped": false } },
    });
    expect(decide(asked, circumstances({ expectation: expected(true), known: known(projectIds) }))).toMatchObject({
      type: "send",
      body: { data: { attributes: { "oauth-token-string": PAT } } },
    });
  });
});
