import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { Op, type Precondition, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { resourceAddress } from "../kinds";
import { GUARD_ON, GUARD_VARIABLE } from "../migration/guard-variable";
import type { DesiredResource, MigrationPlan } from "../migration/migration-plan";
import { RemovedBlock } from "./blocks";
import { type Connection, GitlabPatConnection } from "./connection";
import { constructOfKind } from "./construct-of-kind";
import { isObject } from "./hcl/print-body";
import { printHcl } from "./hcl/print-hcl";
import { literal } from "./literal";
import { plainTexts } from "./plain-text";
import { requireProps } from "./require-props";

export interface OrganizationStackProps {
  /** What the stack shall say. */
  readonly plan: MigrationPlan;
  /** The Terraform backend, written as it is given. */
  readonly backend: { readonly type: string; readonly settings: Readonly<Record<string, unknown>> };
}

/**
 * One organization: the new connection, everything that is re-pointed to it, and `removed` blocks for what Terraform shall
 * forget. Its text depends on its props alone: no clock, no path, no version of the machine that synthesizes it.
 */
export class OrganizationStack extends TerraformStack {
  private guard: TerraformVariable | undefined;

  /** @throws Error when the plan has problems: what it says must not be synthesized then. */
  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    requireProps("OrganizationStack", props, {
      plan: {
        hostname: "text",
        organization: "text",
        providerVersion: "text",
        connection: "keys",
        managed: "list",
        moves: "list",
        forgotten: "list",
        forgottenConnections: "list",
        left: "list",
        problems: "list",
      },
      backend: { type: "text", settings: "keys" },
    });
    super(scope, id);
    const plan = plainTexts(props.plan);
    if (plan.problems.length > 0) {
      throw new Error(
        `the plan of ${plan.organization} has problems: ${plan.problems.map(({ message }) => message).join("; ")}`,
      );
    }
    new TfeProvider(this, "tfe", { hostname: literal(plan.hostname) });
    this.addOverride("terraform.required_version", ">= 1.7");
    this.addOverride("terraform.required_providers.tfe", { source: "hashicorp/tfe", version: plan.providerVersion });
    const { type, settings } = props.backend;
    this.addOverride(type === "cloud" ? "terraform.cloud" : `terraform.backend.${type}`, settings);

    const connection = this.connection(plan);
    for (const resource of plan.managed) this.repoint(resource, plan.organization, connection);
    const removed = [
      ...plan.forgottenConnections.map(({ type: resourceType, address }) => `${resourceType}.${address}`),
      ...plan.forgotten.map(resourceAddress),
    ];
    for (const from of removed) new RemovedBlock(this, `removed ${from}`, { from });
    this.output("oauth_client_id", connection.oauthClientId, "The new connection (OAuth client).");
    this.output(
      "oauth_token_id",
      connection.oauthTokenId,
      "The oauth_token_id for vcs_repo blocks, for configurations that manage their own resources.",
    );
  }

  /**
   * cdktf resolves every element once before it synthesizes, to find references to other stacks. This stack refers to none,
   * and with 10,000 resources that takes as long as the synthesis itself.
   */
  override prepareStack(): void {}

  /** Without cdktf's list of which elements have overrides: it would hold a line for every resource. */
  override toTerraform(): Record<string, unknown> {
    const json: Record<string, unknown> = super.toTerraform();
    const note = json["//"];
    if (!isObject(note) || !isObject(note.metadata)) return json;
    const { overrides: _, ...metadata } = note.metadata;
    return { ...json, "//": { ...note, metadata } };
  }

  /** Printed from what the JSON says, by Repoint's own printer. */
  override toHclTerraform(): { hcl: string; metadata: unknown } {
    return printHcl(this.toTerraform());
  }

  private connection(plan: MigrationPlan): Connection {
    const { connection, organization } = plan;
    if (connection.type === "existing") {
      return GitlabPatConnection.fromOauthClientId(this, connection.address, connection.id, {
        projectIds: connection.links,
      });
    }
    const token = new TerraformVariable(this, `variable ${connection.tokenVariable}`, {
      type: "string",
      sensitive: true,
      nullable: false,
      description: `GitLab personal access token of the connection (TF_VAR_${connection.tokenVariable}).`,
    });
    token.overrideLogicalId(connection.tokenVariable);
    return new GitlabPatConnection(this, connection.address, {
      organization,
      name: connection.name,
      serviceProvider: serviceProvider(connection.serviceProvider),
      httpUrl: connection.httpUrl,
      apiUrl: connection.apiUrl,
      token: token.stringValue,
      ...(connection.organizationScoped ? {} : { projectIds: connection.projectIds }),
      ...(connection.agentPoolId === undefined ? {} : { agentPoolId: connection.agentPoolId }),
    });
  }

  private repoint(resource: DesiredResource, organization: string, connection: Connection): void {
    const { kind, name, vcsRepo, origin, token, keptByGuard } = resource;
    constructOfKind[kind].of(this, resource, {
      name,
      vcsRepo,
      origin,
      organization,
      oauthTokenId: token.type === "new" ? connection.oauthTokenId : literal(token.id),
      dependsOn: connection.ready,
      ...(keptByGuard === undefined ? {} : { precondition: this.behindGuard(name, keptByGuard) }),
    });
  }

  /** Refuses a Terraform that does not run behind the guard, which sets the variable. */
  private behindGuard(name: string, kept: string): Precondition {
    if (this.guard === undefined) {
      this.guard = new TerraformVariable(this, `variable ${GUARD_VARIABLE}`, {
        type: "string",
        default: "off",
        description: "Set by Repoint's guard. Without the guard, the provider resets settings of some workspaces.",
      });
      this.guard.overrideLogicalId(GUARD_VARIABLE);
    }
    return {
      condition: Op.eq(this.guard.stringValue, GUARD_ON),
      errorMessage: literal(
        `Without Repoint's guard, this update would remove ${kept} from the workspace ${name}. Use repoint plan and repoint apply, or run it behind repoint guard.`,
      ),
    };
  }

  private output(name: string, value: string, description: string): void {
    const output = new TerraformOutput(this, `output ${name}`, { value, description });
    output.overrideLogicalId(name);
  }
}

function serviceProvider(name: string): "gitlab_hosted" | "gitlab_community_edition" | "gitlab_enterprise_edition" {
  if (name === "gitlab_hosted" || name === "gitlab_community_edition" || name === "gitlab_enterprise_edition")
    return name;
  throw new Error(`"${name}" is not a GitLab service provider of TFE`);
}
