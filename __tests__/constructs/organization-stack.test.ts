import { App } from "cdktf";
import { OrganizationStack } from "../../lib";
import { planMigration } from "../../lib/migration/plan";
import { type BackendType, backendTypes } from "../../lib/organization/organization";
import { inventory, organization, workspace } from "../migration/fixtures";
import { hclOf } from "./support";

const found = inventory([workspace(1), workspace(2, { gone: true })]);

it("says the whole of an organization", () => {
  expect(hclOf(planMigration(organization(), found))).toMatchSnapshot();
});

it("holds no project of a connection that is made elsewhere, and no PAT", () => {
  const wish = organization({ connection: { ...organization().connection, existing: "oc-newNewNewNewNew1" } });
  const text = hclOf(planMigration(wish, found));
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
    required_providers: { tfe: { source: "hashicorp/tfe", version: "~> 0.80.0" } },
    ...(type === "cloud" ? { cloud: settings } : { backend: { [type]: settings } }),
  });
});

it("gives the same text every time", () => {
  const plan = planMigration(organization(), found);
  expect(hclOf(plan)).toBe(hclOf(plan));
});
