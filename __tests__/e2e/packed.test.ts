import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** An app of one's own, which takes Repoint from a package and has a cdktf (and constructs) of its own beside Repoint's. */
const APP = `
const { App, TerraformStack, TerraformVariable } = require("cdktf");
const { TfeProvider } = require("@cdktf/provider-tfe/lib/provider");
const { GitlabPatConnection, RepointedWorkspace, ImportBlock, RemovedBlock } = require("repoint");
const app = new App({ outdir: process.argv[2] });
class Platform extends TerraformStack {
  constructor(scope, id) {
    super(scope, id);
    new TfeProvider(this, "tfe", { hostname: "app.terraform.io" });
    const west = new TfeProvider(this, "west", { hostname: "tfe.example.com", alias: "west" });
    const pat = new TerraformVariable(this, "gitlab_pat", { type: "string", sensitive: true });
    const connection = new GitlabPatConnection(this, "gitlab", {
      organization: "acme", name: "GitLab (PAT)", token: pat.stringValue, projectIds: ["prj-1"], provider: west,
    });
    const { resource } = new RepointedWorkspace(this, "network", {
      workspaceId: "ws-1", name: "network", organization: "acme", oauthTokenId: connection.oauthTokenId,
      dependsOn: connection.ready, vcsRepo: { identifier: "group/network", tagsRegex: "v\\\\d+" }, provider: west,
      allowDestroyPlan: true, autoApplyRunTrigger: false, fileTriggersEnabled: true, queueAllRuns: false,
      speculativeEnabled: true, structuredRunOutputEnabled: true,
    });
    resource.addOverride("description", "overridden");
    new ImportBlock(this, "adopt", { to: "tfe_workspace.dns", importId: "ws-2" });
    new RemovedBlock(this, "forget", { from: "tfe_workspace.legacy" });
  }
}
new Platform(app, "platform");
app.synth();
process.stdout.write(JSON.stringify({ two: require.resolve("cdktf") !== require.resolve("cdktf", { paths: [require.resolve("repoint")] }) }));
`;

const repository = resolve(__dirname, "../..");
const modules = join(repository, "node_modules");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-packed-"));
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: repository,
      encoding: "utf8",
    }),
  );
  const own = join(folder, "node_modules");
  mkdirSync(join(own, "repoint"), { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", join(own, "repoint"), "--strip-components=1"]);
  // As npm installs a library whose cdktf is another version than the app's: inside it.
  symlinkSync(modules, join(own, "repoint", "node_modules"));
  for (const name of ["cdktf", "constructs"]) cpSync(join(modules, name), join(own, name), { recursive: true });
  const bindings = "@cdktf/provider-tfe";
  mkdirSync(join(own, bindings, "lib"), { recursive: true });
  cpSync(join(modules, bindings, "package.json"), join(own, bindings, "package.json"));
  cpSync(join(modules, bindings, "lib/provider"), join(own, bindings, "lib/provider"), { recursive: true });
  writeFileSync(join(folder, "app.js"), APP);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the app synthesizes, where it really has two copies of cdktf. */
function synth(format: "json" | "hcl"): string {
  const told = execFileSync(process.execPath, ["app.js", `out-${format}`], {
    cwd: folder,
    encoding: "utf8",
    // What `cdktf synth --hcl` sets.
    env: { ...process.env, SYNTH_HCL_OUTPUT: String(format === "hcl") },
  });
  expect(JSON.parse(told)).toEqual({ two: true });
  const file = format === "hcl" ? "cdk.tf" : "cdk.tf.json";
  return readFileSync(join(folder, `out-${format}`, "stacks/platform", file), "utf8");
}

it("an app with a cdktf of its own has import and removed blocks in its HCL", () => {
  const hcl = synth("hcl");
  expect(hcl.slice(hcl.indexOf("import {"))).toMatchInlineSnapshot(`
    "import {
      id = "ws-1"
      to = tfe_workspace.network
    }

    resource "tfe_workspace" "network" {
      allow_destroy_plan            = true
      auto_apply_run_trigger        = false
      depends_on                    = [tfe_project_oauth_client.gitlab_prj_1]
      description                   = "overridden"
      file_triggers_enabled         = true
      ignore_additional_tags        = true
      name                          = "network"
      organization                  = "acme"
      provider                      = tfe.west
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
        oauth_token_id     = tfe_oauth_client.gitlab.oauth_token_id
        tags_regex         = "v\\\\d+"
      }
    }

    import {
      id = "ws-2"
      to = tfe_workspace.dns
    }

    removed {
      from = tfe_workspace.legacy

      lifecycle {
        destroy = false
      }
    }
    "
  `);
  expect(hcl).toMatch(/provider "tfe" \{\n +alias += "west"/);
});

it("and in its JSON", () => {
  const { import: imports, removed, resource } = JSON.parse(synth("json"));
  expect({ imports, removed }).toEqual({
    imports: [
      { id: "ws-1", to: "tfe_workspace.network" },
      { id: "ws-2", to: "tfe_workspace.dns" },
    ],
    removed: [{ from: "tfe_workspace.legacy", lifecycle: { destroy: false } }],
  });
  expect(resource.tfe_workspace.network).toMatchObject({
    provider: "tfe.west",
    description: "overridden",
    vcs_repo: { oauth_token_id: "${tfe_oauth_client.gitlab.oauth_token_id}" },
    depends_on: ["tfe_project_oauth_client.gitlab_prj_1"],
  });
});
