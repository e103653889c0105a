import { App } from "cdktf";
import { OrganizationStack } from "../../lib";
import { planMigration } from "../../lib/migration/migration";
import { type BackendType, backendTypes } from "../../lib/organization/organization";
import { inventory, organization, ownConnection, workspace } from "../migration/fixtures";
import { hclOf } from "./support";

const found = inventory([workspace(1), workspace(2, { gone: true })]);

it("says the whole of an organization", () => {
  expect(hclOf(planMigration(organization(), found))).toMatchSnapshot();
});

it("holds no project of a connection that is made elsewhere, and no PAT", () => {
  const organizationFile = organization({
    connection: {
      ...organization().connection,
      existing: "oc-newNewNewNewNew1",
    },
  });
  const known = {
    ...found,
    ownConnections: [ownConnection({ managed: false, projectIds: ["prj-0000000000000002"] })],
  };
  const text = hclOf(planMigration(organizationFile, known));
  expect(text.slice(text.indexOf("removed {"), text.indexOf("output "))).toMatchInlineSnapshot(`
    "removed {
      from = tfe_oauth_client.gitlab_pat

      lifecycle {
        destroy = false
      }
    }

    removed {
      from = tfe_project_oauth_client.gitlab_pat_prj_0000000000000002

      lifecycle {
        destroy = false
      }
    }

    removed {
      from = tfe_workspace.workspace_2_ws_0000000000000002

      lifecycle {
        destroy = false
      }
    }

    "
  `);
  expect(text).not.toContain('gitlab_pat" {\n  description');
  expect(text).toContain('data "tfe_oauth_client" "gitlab_pat"');
  expect(text).not.toContain("variable");
});

it.each(backendTypes.map((type) => [type]))("writes the backend %s as it is given", (type: BackendType) => {
  const settings = { some: "setting", workspaces: { name: "repoint" } };
  const stack = new OrganizationStack(new App(), "acme", {
    plan: planMigration(organization(), found),
    backend: { type, settings },
  });
  const { terraform } = stack.toTerraform();
  expect(terraform).toEqual({
    required_version: ">= 1.7",
    required_providers: {
      tfe: { source: "hashicorp/tfe", version: "~> 0.80.0" },
    },
    ...(type === "cloud" ? { cloud: settings } : { backend: { [type]: settings } }),
  });
});

it("gives the same text every time", () => {
  const plan = planMigration(organization(), found);
  expect(hclOf(plan)).toBe(hclOf(plan));
});
