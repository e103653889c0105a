/**
 * A CDKTF app of one's own that uses Repoint's constructs and nothing else of it: one connection, two workspaces.
 */

import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { App, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { GitlabPatConnection, newResourceAddress, RemovedBlock, RepointedWorkspace } from "repoint";

class Platform extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new TfeProvider(this, "tfe", { hostname: "app.terraform.io" });
    // The bindings ask for the version that they were made from; re-pointing needs a newer one.
    this.addOverride("terraform.required_providers.tfe.version", "~> 0.80.0");
    this.addOverride("terraform.backend.local", { path: "platform.tfstate" });

    const pat = new TerraformVariable(this, "gitlab_pat", { type: "string", sensitive: true });
    const connection = new GitlabPatConnection(this, "gitlab", {
      organization: "acme",
      name: "GitLab (PAT)",
      httpUrl: "https://gitlab.example.com",
      serviceProvider: "gitlab_enterprise_edition",
      token: pat.stringValue,
    });

    for (const [workspaceId, name] of [
      ["ws-aaaaaaaaaaaaaaaa", "network"],
      ["ws-bbbbbbbbbbbbbbbb", "dns"],
    ] as const) {
      new RepointedWorkspace(this, newResourceAddress("workspace", name, workspaceId), {
        workspaceId,
        name,
        organization: "acme",
        oauthTokenId: connection.oauthTokenId,
        dependsOn: connection.ready,
        vcsRepo: { identifier: `platform/${name}`, branch: "main" },
        allowDestroyPlan: true,
        autoApplyRunTrigger: false,
        fileTriggersEnabled: true,
        queueAllRuns: false,
        speculativeEnabled: true,
        structuredRunOutputEnabled: true,
      });
    }
    // What is done, and Terraform shall forget.
    new RemovedBlock(this, "forget-legacy", { from: "tfe_workspace.legacy_ws_cccccccccccccccc" });
  }
}

/** The app, for `app.synth()`. */
export function buildApp(app: App): App {
  new Platform(app, "platform");
  return app;
}

if (require.main === module) buildApp(new App()).synth();
