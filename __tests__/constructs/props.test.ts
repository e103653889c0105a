import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { App, TerraformStack, TerraformVariable, Testing } from "cdktf";
import type { Construct } from "constructs";
import {
  GitlabPatConnection,
  ImportBlock,
  OrganizationStack,
  RemovedBlock,
  RepointedPolicySet,
  RepointedRegistryModule,
  RepointedStack,
  RepointedWorkspace,
} from "../../lib";
import { planMigration } from "../../lib/migration/migration";
import { inventory, organization, workspace } from "../migration/fixtures";

type Props = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: as JavaScript calls them, where no compiler looks at the props.
type Loose = new (scope: Construct, id: string, props: any) => Construct;

const common = { name: "a", organization: "acme", oauthTokenId: "ot-new", vcsRepo: { identifier: "group/a" } };
const workspaceProps = {
  ...common,
  workspaceId: "ws-1",
  allowDestroyPlan: true,
  autoApplyRunTrigger: false,
  fileTriggersEnabled: true,
  queueAllRuns: false,
  speculativeEnabled: true,
  structuredRunOutputEnabled: true,
};
const { organization: _, ...withoutOrganization } = common;

/** Every construct with the least of its props. */
const constructs: readonly (readonly [string, Loose, Props])[] = [
  ["GitlabPatConnection", GitlabPatConnection, { organization: "acme", name: "GitLab", token: "${TfToken[TOKEN.0]}" }],
  ["RepointedWorkspace", RepointedWorkspace, workspaceProps],
  ["RepointedPolicySet", RepointedPolicySet, { ...common, policySetId: "polset-1", kind: "opa", global: false }],
  ["RepointedRegistryModule", RepointedRegistryModule, { ...common, moduleId: "mod-1", moduleProvider: "aws" }],
  ["RepointedStack", RepointedStack, { ...withoutOrganization, stackId: "st-1", projectId: "prj-1" }],
  ["ImportBlock", ImportBlock, { to: "tfe_workspace.a", importId: "ws-1" }],
  ["RemovedBlock", RemovedBlock, { from: "tfe_workspace.a" }],
];
const stack = () => new TerraformStack(new App(), "test");

const missing = constructs.flatMap(([name, make, props]) =>
  Object.keys(props).map((prop) => [name, prop, make, props] as const),
);

describe("a prop that has no default", () => {
  it.each(missing)("%s names `%s` when it is missing", (name, prop, make, props) => {
    for (const value of [undefined, null]) {
      expect(() => new make(stack(), "a", { ...props, [prop]: value })).toThrow(
        `${name}: \`${prop}\` is missing; expected`,
      );
    }
    const { [prop]: _left, ...rest } = props;
    expect(() => new make(stack(), "a", rest)).toThrow(`${name}: \`${prop}\` is missing`);
  });

  it.each(missing)("%s names `%s` when it is of another type, without its value", (name, prop, make, props) => {
    const wrong = () => new make(stack(), "a", { ...props, [prop]: 4711 });
    expect(wrong).toThrow(`${name}: \`${prop}\` is a number; expected`);
    expect(wrong).not.toThrow("4711");
  });

  it.each(constructs)("%s names them all at once, and leaves nothing in the stack", (name, make, props) => {
    const own = stack();
    const all = Object.keys(props).map((prop) => expect.stringContaining(`\`${prop}`));
    for (const given of [{}, undefined]) {
      const said = (() => {
        try {
          new make(own, "a", given);
          return "";
        } catch (error) {
          return error instanceof Error ? error.message : "";
        }
      })();
      expect(said).toMatch(new RegExp(`^${name}: `));
      if (given !== undefined) expect(said.split("; ").filter((part) => part.includes("`")).length).toBe(all.length);
    }
    expect(own.node.children).toEqual([]);
    expect(() => new make(stack(), "a", props)).not.toThrow();
  });

  it.each(constructs.filter(([, , props]) => "vcsRepo" in props))("%s looks into vcsRepo", (name, make, props) => {
    expect(() => new make(stack(), "a", { ...props, vcsRepo: {} })).toThrow(
      `${name}: \`vcsRepo.identifier\` is missing`,
    );
  });

  it("is one of a connection made elsewhere too", () => {
    // biome-ignore lint/suspicious/noExplicitAny: see above.
    expect(() => GitlabPatConnection.fromOauthClientId(stack(), "a", undefined as any)).toThrow(
      "GitlabPatConnection.fromOauthClientId: `oauthClientId` is missing",
    );
  });

  it("is one of an organization's stack too", () => {
    const plan = planMigration(organization(), inventory([workspace(1)]));
    const make: Loose = OrganizationStack;
    expect(() => new make(new App(), "acme", { plan })).toThrow("OrganizationStack: `backend` is missing");
    for (const key of [
      "hostname",
      "organization",
      "providerVersion",
      "connection",
      "managed",
      "forgotten",
      "left",
      "problems",
    ]) {
      const backend = { type: "local", settings: {} };
      expect(() => new make(new App(), "acme", { plan: { ...plan, [key]: undefined }, backend })).toThrow(
        `OrganizationStack: \`plan.${key}\` is missing`,
      );
    }
  });
});

describe("the resource of a construct", () => {
  it("is its default child, typed, and can be overridden", () => {
    const own = stack();
    const pat = new TerraformVariable(own, "pat", { type: "string", sensitive: true });
    const made = [
      new GitlabPatConnection(own, "connection", { organization: "acme", name: "GitLab", token: pat.stringValue }),
      new RepointedWorkspace(own, "workspace", workspaceProps),
      new RepointedPolicySet(own, "set", { ...common, policySetId: "polset-1", kind: "opa", global: false }),
      new RepointedRegistryModule(own, "module", { ...common, moduleId: "mod-1", moduleProvider: "aws" }),
      new RepointedStack(own, "stack", { ...common, stackId: "st-1", projectId: "prj-1" }),
    ] as const;
    for (const construct of made) expect(construct.node.defaultChild).toBe(construct.resource);
    const [connection, first] = made;
    first.resource.addOverride("timeouts", { create: "1m" });
    expect(first.resource.friendlyUniqueId).toBe("workspace");
    expect(connection.resource.nameInput).toBe("GitLab");
    expect(own.toTerraform().resource.tfe_workspace.workspace.timeouts).toEqual({ create: "1m" });
    const existing = GitlabPatConnection.fromOauthClientId(own, "existing", "oc-1");
    expect(existing.resource.oauthClientIdInput).toBe("oc-1");
  });
});

it("uses the provider that it is given, of which a stack may have several, in JSON and in HCL", () => {
  const own = stack();
  new TfeProvider(own, "default", { hostname: "app.terraform.io" });
  const provider = new TfeProvider(own, "west", { hostname: "tfe.example.com", alias: "west" });
  const pat = new TerraformVariable(own, "pat", { type: "string", sensitive: true });
  const props = { organization: "acme", name: "GitLab", token: pat.stringValue, projectIds: ["prj-1"], provider };
  new GitlabPatConnection(own, "connection", props);
  GitlabPatConnection.fromOauthClientId(own, "existing", "oc-1", { provider });
  new RepointedWorkspace(own, "workspace", { ...workspaceProps, provider });
  new RepointedPolicySet(own, "set", { ...common, policySetId: "polset-1", kind: "opa", global: false, provider });
  new RepointedRegistryModule(own, "module", { ...common, moduleId: "mod-1", moduleProvider: "aws", provider });
  new RepointedStack(own, "stack", { ...common, stackId: "st-1", projectId: "prj-1", provider });
  new RepointedWorkspace(own, "elsewhere", { ...workspaceProps, workspaceId: "ws-2" });
  const { resource, data } = own.toTerraform();
  const types: Record<string, Record<string, { provider?: string }>>[] = [resource, data];
  const named = types
    .flatMap((each) => Object.values(each))
    .flatMap((each) => Object.entries(each).map(([name, { provider: is }]) => `${name}: ${is ?? "the default"}`));
  expect(named.sort()).toEqual(
    [
      "connection_prj_1: tfe.west",
      "connection: tfe.west",
      "elsewhere: the default",
      "existing: tfe.west",
      "module: tfe.west",
      "set: tfe.west",
      "stack: tfe.west",
      "workspace: tfe.west",
    ].sort(),
  );
  expect(Testing.synthHcl(own).match(/^ +provider += tfe\.west$/gm)).toHaveLength(6 + 1);
});

describe("the addresses of a connection", () => {
  const connect = (props: Readonly<Record<string, string>>) => () => {
    const own = stack();
    const pat = new TerraformVariable(own, "pat", { type: "string", sensitive: true });
    new GitlabPatConnection(own, "a", { organization: "acme", name: "GitLab", token: pat.stringValue, ...props });
  };

  it("go with the service provider", () => {
    expect(connect({ serviceProvider: "gitlab_community_edition" })).toThrow(
      "GitlabPatConnection: `serviceProvider`: gitlab_community_edition is for a self-managed GitLab",
    );
    expect(connect({ httpUrl: "https://gitlab.example.com" })).toThrow(
      "`httpUrl`: gitlab_hosted requires https://gitlab.com",
    );
    expect(connect({ httpUrl: "${TfToken[TOKEN.9]}" })).not.toThrow();
  });
});

it("a stack whose class prints its HCL by cdktf's printer is told what that would leave out", () => {
  class Own extends TerraformStack {
    override toHclTerraform() {
      return super.toHclTerraform();
    }
  }
  const own = new Own(new App(), "own");
  new RemovedBlock(own, "forget", { from: "tfe_workspace.network" });
  expect(() => Testing.synthHcl(own)).toThrow("own/forget: its stack's printer omits import and removed blocks");
  class Plain extends TerraformStack {}
  const plain = new Plain(new App(), "plain");
  new RemovedBlock(plain, "forget", { from: "tfe_workspace.network" });
  expect(Testing.synthHcl(plain)).toContain("from = tfe_workspace.network");
});
