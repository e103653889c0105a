import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import { buildApp } from "../../examples/own-app/main";
import {
  GitlabPatConnection,
  type GitlabPatConnectionProps,
  ImportBlock,
  RemovedBlock,
  RepointedPolicySet,
  RepointedRegistryModule,
  RepointedStack,
  RepointedWorkspace,
  type RepointedWorkspaceProps,
} from "../../lib";
import { printHcl } from "../../lib/constructs/hcl/print-hcl";
import { HEADER_PATTERN, TOKEN_PATTERN } from "../../lib/util/token-text";

/** The HCL of what `build` adds to a stack. */
function hcl(build: (stack: TerraformStack) => void): string {
  const stack = new TerraformStack(new App(), "test");
  build(stack);
  return `\n${printHcl(stack.toTerraform()).hcl.replace(/^terraform \{[\s\S]*?\n\}\n\n/, "")}`;
}

const workspace: RepointedWorkspaceProps = {
  workspaceId: "ws-1111111111111111",
  name: "network",
  organization: "acme",
  oauthTokenId: "ot-new",
  vcsRepo: { identifier: "group/network" },
  allowDestroyPlan: true,
  autoApplyRunTrigger: false,
  fileTriggersEnabled: true,
  queueAllRuns: false,
  speculativeEnabled: true,
  structuredRunOutputEnabled: true,
};
const workspaceHcl = (more: Partial<RepointedWorkspaceProps>) =>
  hcl((stack) => void new RepointedWorkspace(stack, "network", { ...workspace, ...more }));
/** The lines that an option adds or takes away. */
const changedBy = (more: Partial<RepointedWorkspaceProps>) => {
  const words = (text: string) => text.split("\n").map((line) => line.trim().replace(/ += /, " = "));
  const [plain, changed] = [words(workspaceHcl({})), words(workspaceHcl(more))];
  return [
    ...plain.filter((line) => !changed.includes(line)).map((line) => `- ${line}`),
    ...changed.filter((line) => !plain.includes(line)).map((line) => `+ ${line}`),
  ];
};

describe("a workspace", () => {
  it("is imported, written out, and never destroyed", () => {
    expect(
      workspaceHcl({
        origin: {
          projectName: "Platform",
          wave: "canary",
          connection: "GitLab (oc-1)",
        },
      }),
    ).toMatchInlineSnapshot(`
      "
      # ws-1111111111111111 · project Platform · wave canary · from GitLab (oc-1)
      import {
        id = "ws-1111111111111111"
        to = tfe_workspace.network
      }

      resource "tfe_workspace" "network" {
        allow_destroy_plan            = true
        auto_apply_run_trigger        = false
        file_triggers_enabled         = true
        ignore_additional_tags        = true
        name                          = "network"
        organization                  = "acme"
        queue_all_runs                = false
        speculative_enabled           = true
        structured_run_output_enabled = true

        lifecycle {
          ignore_changes  = [source_name, source_url]
          prevent_destroy = true
        }

        vcs_repo {
          identifier         = "group/network"
          ingress_submodules = false
          oauth_token_id     = "ot-new"
        }
      }
      "
    `);
  });

  it("has everything that the server has", () => {
    expect(
      changedBy({
        projectId: "prj-1",
        sshKeyId: "sshkey-1",
        workingDirectory: 'a "b"\\${c}',
        triggerPatterns: ["/a/**", "%{b}"],
        triggerPrefixes: ["/ignored"],
        vcsRepo: {
          identifier: "group/network",
          branch: "main",
          ingressSubmodules: true,
        },
      }),
    ).toMatchInlineSnapshot(`
      [
        "- ingress_submodules = false",
        "+ project_id = "prj-1"",
        "+ ssh_key_id = "sshkey-1"",
        "+ trigger_patterns = ["/a/**", "%%{b}"]",
        "+ working_directory = "a \\"b\\"\\\\$\${c}"",
        "+ branch = "main"",
        "+ ingress_submodules = true",
      ]
    `);
    expect(changedBy({ triggerPrefixes: ["/modules"] })).toMatchInlineSnapshot(`
      [
        "+ trigger_prefixes = ["/modules"]",
      ]
    `);
    expect(
      changedBy({
        vcsRepo: { identifier: "group/network", tagsRegex: "v\\d+" },
      }),
    ).toMatchInlineSnapshot(`
      [
        "+ tags_regex = "v\\\\d+"",
      ]
    `);
  });

  it("keeps both of the auto-destroy settings, which exclude each other in a configuration", () => {
    expect(changedBy({ autoDestroyAt: "2027-01-02T03:04:05.678Z" })).toEqual([
      '+ auto_destroy_at = "2027-01-02T03:04:05Z"',
    ]);
    expect(changedBy({ autoDestroyActivityDuration: "14d" })).toEqual(['+ auto_destroy_activity_duration = "14d"']);
    expect(
      changedBy({
        autoDestroyActivityDuration: "14d",
        inheritsProjectAutoDestroy: true,
      }),
    ).toEqual([]);
    expect(
      changedBy({
        autoDestroyAt: "2027-01-02T03:04:05Z",
        autoDestroyActivityDuration: "14d",
      }),
    ).toEqual([
      "- ignore_changes = [source_name, source_url]",
      '+ auto_destroy_at = "2027-01-02T03:04:05Z"',
      "+ ignore_changes = [source_name, source_url, auto_destroy_activity_duration]",
    ]);
  });
});

describe("a connection", () => {
  const connection = (more: Partial<GitlabPatConnectionProps>) =>
    hcl((stack) => {
      const pat = new TerraformVariable(stack, "gitlab_pat", {
        type: "string",
        sensitive: true,
      });
      const made = new GitlabPatConnection(stack, "gitlab", {
        organization: "acme",
        name: "GitLab (PAT)",
        token: pat.stringValue,
        ...more,
      });
      if (made.ready.length > 0) {
        new RepointedWorkspace(stack, "network", {
          ...workspace,
          oauthTokenId: made.oauthTokenId,
          dependsOn: made.ready,
        });
      }
    });

  it("is gitlab.com for the whole organization unless told otherwise", () => {
    expect(connection({})).toMatchInlineSnapshot(`
      "
      variable "gitlab_pat" {
        sensitive = true
        type      = string
      }

      resource "tfe_oauth_client" "gitlab" {
        api_url             = "https://gitlab.com/api/v4"
        http_url            = "https://gitlab.com"
        name                = "GitLab (PAT)"
        oauth_token         = var.gitlab_pat
        organization        = "acme"
        organization_scoped = true
        service_provider    = "gitlab_hosted"

        lifecycle {
          prevent_destroy = true

          precondition {
            condition     = (can(regex("^[A-Za-z0-9_+=/@:.~-]+$", var.gitlab_pat)) && !can(regex("(?i)^(authorization|private-token|job-token|deploy-token|bearer|basic):", var.gitlab_pat)))
            error_message = "The value of var.gitlab_pat is not a token: it is empty, or contains a space, a line break, a quotation mark, the name of a header or another invalid character. Set it to the token alone."
          }
        }
      }
      "
    `);
  });

  it("has a condition that its token is one, whatever holds the token, in HCL too", () => {
    const stack = new TerraformStack(new App(), "test");
    const both = (["pat", "other-pat"] as const).map((name) => new TerraformVariable(stack, name, { sensitive: true }));
    both[1]?.overrideLogicalId("other_pat");
    for (const [index, { stringValue }] of both.entries()) {
      new GitlabPatConnection(stack, `gitlab${index}`, {
        organization: "acme",
        name: `${index}`,
        token: stringValue,
      });
    }
    const text: string = stack.toHclTerraform().hcl;
    expect(text.match(/precondition \{\n[^}]*?is not a token/g)?.map((found) => found.replaceAll(/\s+/g, " "))).toEqual(
      ["pat", "other_pat"].map(
        (name) =>
          `precondition { condition = (can(regex("${TOKEN_PATTERN}", var.${name})) && !can(regex("(?i)${HEADER_PATTERN}", var.${name}))) error_message = "The value of var.${name} is not a token`,
      ),
    );
  });

  it("is attached to its projects before anything is re-pointed to it", () => {
    const text = connection({
      projectIds: ["prj-1", "prj-2", "prj-1"],
      agentPoolId: "apool-1",
      serviceProvider: "gitlab_enterprise_edition",
      httpUrl: "https://g.example/",
      apiUrl: "https://api.g.example/api/v4",
    });
    expect(text).toContain("organization_scoped = false");
    expect(text).toMatch(
      /depends_on += \[tfe_project_oauth_client.gitlab_prj_1, tfe_project_oauth_client.gitlab_prj_2\]/,
    );
    expect(
      text.slice(
        text.indexOf('resource "tfe_oauth_client"'),
        text.indexOf("# ") === -1 ? undefined : text.indexOf("# "),
      ),
    ).toContain('agent_pool_id       = "apool-1"');
    expect(text).toContain('http_url            = "https://g.example"');
    expect(text).toContain('api_url             = "https://api.g.example/api/v4"');
  });

  it("refuses a token that would stand in the text", () => {
    expect(() => connection({ token: "glpat-planted" })).toThrow(
      "`token` is a literal and would be written into the configuration",
    );
    expect(() => connection({ token: "glpat-planted" })).not.toThrow("glpat-planted");
  });

  it("can be one that was made elsewhere, looked up by its id", () => {
    expect(
      hcl((stack) => {
        const { oauthTokenId } = GitlabPatConnection.fromOauthClientId(stack, "gitlab", "oc-1");
        new RepointedWorkspace(stack, "network", {
          ...workspace,
          oauthTokenId,
        });
      }),
    ).toContain("oauth_token_id     = data.tfe_oauth_client.gitlab.oauth_token_id");
  });
});

it("writes a policy set's branch, kind and path", () => {
  expect(
    hcl(
      (stack) =>
        void new RepointedPolicySet(stack, "guard", {
          policySetId: "polset-1",
          name: "guard",
          organization: "acme",
          oauthTokenId: "ot-new",
          kind: "opa",
          global: true,
          overridable: null,
          policiesPath: "policies",
          vcsRepo: {
            identifier: "group/guard",
            branch: "main",
            ingressSubmodules: true,
          },
        }),
    ),
  ).toMatchInlineSnapshot(`
    "
    import {
      id = "polset-1"
      to = tfe_policy_set.guard
    }

    resource "tfe_policy_set" "guard" {
      global        = true
      kind          = "opa"
      name          = "guard"
      organization  = "acme"
      overridable   = false
      policies_path = "policies"

      lifecycle {
        prevent_destroy = true
      }

      vcs_repo {
        branch             = "main"
        identifier         = "group/guard"
        ingress_submodules = true
        oauth_token_id     = "ot-new"
      }
    }
    "
  `);
});

it("imports a registry module by its whole name, a monorepo's parts included", () => {
  expect(
    hcl(
      (stack) =>
        void new RepointedRegistryModule(stack, "vpc", {
          moduleId: "mod-1",
          name: "vpc",
          organization: "acme",
          moduleProvider: "aws",
          oauthTokenId: "ot-new",
          vcsRepo: {
            identifier: "group/modules",
            tags: true,
            sourceDirectory: "vpc",
            tagPrefix: "vpc-",
          },
        }),
    ),
  ).toMatchInlineSnapshot(`
    "
    import {
      id = "acme/private/acme/vpc/aws/mod-1"
      to = tfe_registry_module.vpc
    }

    resource "tfe_registry_module" "vpc" {
      module_provider = "aws"
      name            = "vpc"
      namespace       = "acme"
      organization    = "acme"
      registry_name   = "private"

      lifecycle {
        prevent_destroy = true
      }

      vcs_repo {
        display_identifier = "group/modules"
        identifier         = "group/modules"
        oauth_token_id     = "ot-new"
        source_directory   = "vpc"
        tag_prefix         = "vpc-"
        tags               = true
      }
    }
    "
  `);
});

it("writes what the bindings do not know of a stack", () => {
  expect(
    hcl(
      (stack) =>
        void new RepointedStack(stack, "edge", {
          stackId: "st-1",
          name: "edge",
          projectId: "prj-1",
          oauthTokenId: "ot-new",
          description: "it's ${x}",
          agentPoolId: "apool-1",
          speculativeEnabled: false,
          triggerPatterns: ["/edge/**"],
          workingDirectory: "edge",
          vcsRepo: { identifier: "group/edge", branch: "main" },
        }),
    ),
  ).toMatchInlineSnapshot(`
    "
    import {
      id = "st-1"
      to = tfe_stack.edge
    }

    resource "tfe_stack" "edge" {
      agent_pool_id       = "apool-1"
      description         = "it's $\${x}"
      name                = "edge"
      project_id          = "prj-1"
      speculative_enabled = false
      trigger_patterns    = ["/edge/**"]
      working_directory   = "edge"

      lifecycle {
        prevent_destroy = true
      }

      vcs_repo {
        branch         = "main"
        identifier     = "group/edge"
        oauth_token_id = "ot-new"
      }
    }
    "
  `);
});

it("names both of two constructs that want one address", () => {
  const twice = (second: (stack: TerraformStack) => void) => () =>
    hcl((stack) => {
      new RepointedWorkspace(stack, "network", workspace);
      second(stack);
    });
  expect(twice((stack) => void new RemovedBlock(stack, "gone", { from: "tfe_workspace.network" }))).toThrow(
    "two constructs have the Terraform address tfe_workspace.network: test/network/workspace and test/gone",
  );
  expect(
    twice(
      (stack) =>
        void new ImportBlock(stack, "again", {
          to: "tfe_workspace.network",
          importId: "ws-2",
        }),
    ),
  ).toThrow("two constructs have the Terraform address import tfe_workspace.network");
});

it("works in an app of somebody else's, with no file of Repoint's", () => {
  const folder = mkdtempSync(join(tmpdir(), "repoint-own-app-"));
  try {
    const texts = [1, 2].map(() => {
      buildApp(new App({ outdir: folder })).synth();
      return readFileSync(join(folder, "stacks", "platform", "cdk.tf.json"), "utf8");
    });
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toContain(folder);
    const synthesized = JSON.parse(texts[0] ?? "");
    expect(Object.keys(synthesized.resource.tfe_workspace)).toEqual([
      "dns_ws_bbbbbbbbbbbbbbbb",
      "network_ws_aaaaaaaaaaaaaaaa",
    ]);
    expect(synthesized.import).toHaveLength(2);
    expect(synthesized.removed).toEqual([
      {
        from: "tfe_workspace.legacy_ws_cccccccccccccccc",
        lifecycle: { destroy: false },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
