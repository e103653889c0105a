/**
 * Where the personal access token of a connection may come from, one stack each. The providers beside hashicorp/tfe are configured by
 * their environment variables, and used without bindings; `cdktf provider add` makes typed ones.
 */

import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { App, Fn, TerraformDataSource, TerraformResource, TerraformStack, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import { GitlabPatConnection } from "repoint";

abstract class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new TfeProvider(this, "tfe", { hostname: "app.terraform.io" });
    this.addOverride("terraform.required_providers.tfe.version", "~> 0.80.0");
  }

  protected connect(token: string): GitlabPatConnection {
    return new GitlabPatConnection(this, "gitlab", { organization: "acme", name: "GitLab (PAT)", token });
  }
}

class FromVariable extends PlatformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pat = new TerraformVariable(this, "gitlab_pat", { type: "string", sensitive: true });
    this.connect(pat.stringValue);
  }
}

class FromVault extends PlatformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.addOverride("terraform.required_providers.vault", { source: "hashicorp/vault", version: "~> 5.0" });
    const secret = new TerraformDataSource(this, "pat", { terraformResourceType: "vault_kv_secret_v2" });
    secret.addOverride("mount", "secret");
    secret.addOverride("name", "gitlab/terraform");
    this.connect(Token.asString(Fn.lookup(secret.getStringMapAttribute("data"), "token")));
  }
}

class FromAws extends PlatformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.addOverride("terraform.required_providers.aws", { source: "hashicorp/aws", version: "~> 6.0" });
    const secret = new TerraformDataSource(this, "pat", { terraformResourceType: "aws_secretsmanager_secret_version" });
    secret.addOverride("secret_id", "gitlab/terraform");
    this.connect(secret.getStringAttribute("secret_string"));
  }
}

class FromGoogle extends PlatformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.addOverride("terraform.required_providers.google", { source: "hashicorp/google", version: "~> 7.0" });
    const secret = new TerraformDataSource(this, "pat", {
      terraformResourceType: "google_secret_manager_secret_version",
    });
    secret.addOverride("secret", "gitlab-terraform");
    this.connect(secret.getStringAttribute("secret_data"));
  }
}

class FromServiceAccount extends PlatformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.addOverride("terraform.required_providers.gitlab", { source: "gitlabhq/gitlab", version: "~> 18.0" });
    const token = new TerraformResource(this, "pat", {
      terraformResourceType: "gitlab_group_service_account_access_token",
      // The new token is made, and put into the connection, before the old one is revoked.
      lifecycle: { createBeforeDestroy: true },
    });
    token.addOverride("group", "platform");
    token.addOverride("user_id", 4711);
    token.addOverride("name", "terraform");
    token.addOverride("scopes", ["api"]);
    // Another date makes another token.
    token.addOverride("expires_at", "2027-10-31");
    this.connect(token.getStringAttribute("token"));
  }
}

/** The app, for `app.synth()`. */
export function buildApp(app: App): App {
  new FromVariable(app, "variable");
  new FromVault(app, "vault");
  new FromAws(app, "aws");
  new FromGoogle(app, "google");
  new FromServiceAccount(app, "service-account");
  return app;
}

if (require.main === module) buildApp(new App()).synth();
