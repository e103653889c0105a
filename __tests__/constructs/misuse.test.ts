import { Team } from "@cdktf/provider-tfe/lib/team";
import { Variable } from "@cdktf/provider-tfe/lib/variable";
import {
  App,
  TerraformHclModule,
  TerraformLocal,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import {
  type DesiredResource,
  GitlabPatConnection,
  ImportBlock,
  type MigrationPlan,
  OrganizationStack,
  RemovedBlock,
  RepointedRegistryModule,
} from "../../lib";
import { planMigration } from "../../lib/migration/migration";
import { inventory, organization, workspace } from "../migration/fixtures";
import { stackOf } from "./support";

const stack = () => new TerraformStack(new App(), "test");
const plan = (): MigrationPlan => planMigration(organization(), inventory([workspace(1), workspace(2)]));

describe("printed as HCL in a stack of somebody else's", () => {
  it("a removed block is there: without it Terraform would destroy the object", () => {
    const own = stack();
    new RemovedBlock(own, "forget", { from: "tfe_workspace.network" });
    expect(Testing.synthHcl(own)).toContain(
      "removed {\n  from = tfe_workspace.network\n\n  lifecycle {\n    destroy = false\n  }\n}",
    );
  });

  it("an import block is there, with its id as it stands", () => {
    const own = stack();
    new ImportBlock(own, "adopt", { to: "tfe_workspace.network", importId: 'ws-"1"${x}' });
    expect(Testing.synthHcl(own)).toContain('import {\n  id = "ws-\\"1\\"$${x}"\n  to = tfe_workspace.network\n}');
  });

  it("resources of others keep their nested blocks", () => {
    const own = stack();
    new ImportBlock(own, "adopt", { to: "tfe_team.owners", importId: "team-1" });
    new Team(own, "owners", { name: "owners", organization: "acme", organizationAccess: { manageVcsSettings: true } });
    new Variable(own, "region", { key: "region", value: "a\\d+", category: "terraform", workspaceId: "ws-1" });
    const text = Testing.synthHcl(own);
    expect(text).toContain("  organization_access {\n    manage_vcs_settings = true\n  }");
    expect(text).toContain('"a\\\\d+"');
  });

  it("one name can be a block in one resource and an attribute in another, or in a local", () => {
    class Foreign extends TerraformResource {
      constructor(
        scope: TerraformStack,
        type: string,
        private readonly isBlock: boolean,
      ) {
        super(scope, type, { terraformResourceType: type });
      }
      protected override synthesizeAttributes() {
        return { connection_settings: { port: 1 }, to: "somebody" };
      }
      protected override synthesizeHclAttributes() {
        return { connection_settings: { value: { port: { value: 1 } }, isBlock: this.isBlock } };
      }
    }
    const own = stack();
    new ImportBlock(own, "adopt", { to: "one_thing.one", importId: "1" });
    new Foreign(own, "one_thing", true);
    new Foreign(own, "other_thing", false);
    new TerraformLocal(own, "lifecycle", { port: 2 });
    expect(Testing.synthHcl(own).replace(/^terraform \{[\s\S]*?\n\}\n\n/, "")).toBe(`locals {
  lifecycle = {
    port = 2
  }
}

resource "one_thing" "one_thing" {
  to = "somebody"

  connection_settings {
    port = 1
  }
}

resource "other_thing" "other_thing" {
  to = "somebody"

  connection_settings = {
    port = 1
  }
}

import {
  id = "1"
  to = one_thing.one
}
`);
  });

  it("blocks with a label have it behind their name, keywords of theirs without quotes", () => {
    const own = stack();
    new RemovedBlock(own, "forget", { from: "tfe_workspace.network" });
    const team = new Team(own, "owners", {
      name: "owners",
      organization: "acme",
      provisioners: [
        { type: "local-exec", command: 'echo "gone"', when: "destroy" },
        { type: "local-exec", command: "true" },
      ],
    });
    team.addOverride("dynamic.organization_access", {
      for_each: "${var.access}",
      iterator: "each_access",
      content: { manage_vcs_settings: "${each_access.value}" },
    });
    const text = Testing.synthHcl(own);
    expect(text.slice(text.indexOf("resource "), text.indexOf("removed "))).toBe(`resource "tfe_team" "owners" {
  name         = "owners"
  organization = "acme"

  dynamic "organization_access" {
    for_each = var.access
    iterator = each_access

    content {
      manage_vcs_settings = each_access.value
    }
  }

  provisioner "local-exec" {
    command = "echo \\"gone\\""
    when    = destroy
  }

  provisioner "local-exec" {
    command = "true"
  }
}

`);
  });

  it("what cannot be printed is refused, not left out: Terraform would destroy what is in a module", () => {
    const own = stack();
    new RemovedBlock(own, "forget", { from: "tfe_workspace.network" });
    new TerraformHclModule(own, "vpc", { source: "terraform-aws-modules/vpc/aws" });
    expect(() => Testing.synthHcl(own)).toThrow(
      "Repoint's HCL printer does not print module blocks; synthesize JSON (without --hcl)",
    );
  });

  it("an organization's stack prints itself", () => {
    expect(Testing.synthHcl(stackOf(plan()))).toContain('  id = "ws-0000000000000001"\n');
  });
});

describe("a connection's token", () => {
  const connect = (token: (variable: TerraformVariable) => string, projectIds?: readonly string[]) => () => {
    const own = stack();
    const variable = new TerraformVariable(own, "pat", { type: "string", sensitive: true });
    return new GitlabPatConnection(own, "gitlab", {
      organization: "acme",
      name: "GitLab",
      token: token(variable),
      ...(projectIds === undefined ? {} : { projectIds }),
    });
  };

  it("may be a reference", () => {
    expect(connect((variable) => variable.stringValue)).not.toThrow();
  });

  it.each([
    ["a literal", () => "glpat-planted"],
    ["an empty one", () => ""],
    ["a literal beside a reference", (variable: TerraformVariable) => `glpat-${variable.stringValue}`],
  ])("may not be %s", (_, token) => {
    expect(connect(token)).toThrow("`token` is a literal");
    expect(connect(token)).not.toThrow("glpat-");
  });

  it("may not be for no project at all", () => {
    expect(connect((variable) => variable.stringValue, [])).toThrow("`projectIds` is empty, so nothing could use");
  });
});

it.each(["2nd", "a b", "a.b", "", 'a"', "é"])("refuses %j as a Terraform name", (name) => {
  const [first] = plan().managed;
  if (first?.kind !== "workspace") throw new Error("no workspace in the plan");
  const renamed: DesiredResource = { ...first, address: name };
  expect(() => stackOf({ ...plan(), managed: [renamed] })).toThrow(
    /is not a valid Terraform resource name|Only root constructs/,
  );
});

it("refuses to synthesize a plan with problems, and says which", () => {
  const problems = [
    { rule: "plan/a", message: "one", fix: "x" },
    { rule: "plan/b", message: "two", fix: "x" },
  ];
  expect(
    () =>
      new OrganizationStack(new App(), "acme", {
        plan: { ...plan(), problems },
        backend: { type: "local", settings: {} },
      }),
  ).toThrow("the plan of acme has problems: one; two");
});

describe("a registry module's tags and branch, of which the provider takes exactly one", () => {
  const written = (vcs: { tags?: boolean | null; branch?: string | null }): unknown => {
    const own = stack();
    new RepointedRegistryModule(own, "vpc", {
      moduleId: "mod-1",
      name: "vpc",
      organization: "acme",
      moduleProvider: "aws",
      oauthTokenId: "ot-new",
      vcsRepo: { identifier: "group/vpc", ...vcs },
    });
    const { tags, branch } = own.toTerraform().resource.tfe_registry_module.vpc.vcs_repo;
    return { tags, branch };
  };

  it.each([
    [{ tags: true }, { tags: true }],
    [{ tags: true, branch: "" }, { tags: true }],
    [
      { tags: false, branch: "main" },
      { tags: false, branch: "main" },
    ],
    [{ tags: true, branch: "main" }, { branch: "main" }],
    [{ tags: false, branch: "" }, {}],
    [{ tags: null, branch: "main" }, { branch: "main" }],
  ])("%j is written as %j", (vcs, expected) => {
    expect(written(vcs)).toEqual(expected);
  });
});
