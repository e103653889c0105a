import { App } from "cdktf";
import { stringify } from "yaml";
import type { Sandbox } from "../../../sandbox";
import { OrganizationStack } from "../../constructs/organization-stack";
import type { MigrationPlan } from "../../migration/migration-plan";
import type { Organization } from "../../organization/organization";

/** An organization file for a sandbox: all goes at once, where no waves are given. */
export function organizationFileOf(sandbox: Sandbox, changes: Readonly<Record<string, unknown>> = {}): string {
  const [organization] = sandbox.organizations;
  return stringify({
    version: 1,
    hostname: sandbox.hostname,
    organization: organization?.name,
    gitlab: { url: sandbox.gitlab.url, serviceProvider: "gitlab_community_edition" },
    connection: { name: "GitLab (PAT)" },
    from: [organization?.oldConnection.id],
    ...changes,
  });
}

/** The synthesized configuration of the new connection and the first resource, to read. */
export function hclOf(organization: Organization, plan: MigrationPlan): string {
  const stack = new OrganizationStack(new App(), "sandbox", {
    plan: { ...plan, managed: plan.managed.slice(0, 1), forgotten: [] },
    backend: organization.backend,
  });
  const { hcl } = stack.toHclTerraform();
  const from = hcl.indexOf('resource "tfe_oauth_client"');
  const to = hcl.indexOf('output "');
  return hcl.slice(from, to).trimEnd();
}
