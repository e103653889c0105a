import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardedConfiguration } from "../../lib/guard/cli-configuration";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "repoint-home-"));
  mkdirSync(join(home, ".terraform.d"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const HOST = "tfe.example.com";
const services = { "tfe.v2.2": "http://tfe.example.com/api/v2/" };
const guarded = (env: NodeJS.ProcessEnv = {}) => guardedConfiguration(env, home, { hostname: HOST, services });
const file = (name: string, content: string) => writeFileSync(join(home, name), content);

const everything = `
plugin_cache_dir   = "$HOME/.terraform.d/plugin-cache"
disable_checkpoint = true # a comment

credentials "TFE.example.com" { token = "planted-token" }
credentials "other.example.com" {
  token = "other-token"
}
credentials_helper "example" { args = ["--host"] }

host "tfe.EXAMPLE.com" {
  services = { "tfe.v2.2" = "https://elsewhere.example.com/api/v2/" }
}
host "other.example.com" {
  services = { "modules.v1" = "https://other.example.com/modules/" }
}

provider_installation {
  filesystem_mirror { path = "/mirror" }
  filesystem_mirror {
    path    = "/more"
    include = ["example.com/*/*"]
  }
  direct { exclude = ["example.com/*/*"] }
}
`;

it("keeps what the user's file says, but for the host's services and every token", async () => {
  file(".terraformrc", everything);
  const { configuration, tokens } = await guarded();
  expect(configuration).toEqual({
    plugin_cache_dir: "$HOME/.terraform.d/plugin-cache",
    disable_checkpoint: true,
    credentials_helper: { example: [{ args: ["--host"] }] },
    provider_installation: [
      {
        filesystem_mirror: [{ path: "/mirror" }, { path: "/more", include: ["example.com/*/*"] }],
        direct: [{ exclude: ["example.com/*/*"] }],
      },
    ],
    host: {
      "other.example.com": { services: { "modules.v1": "https://other.example.com/modules/" } },
      [HOST]: { services },
    },
  });
  expect([...tokens]).toEqual([
    ["TFE.example.com", "planted-token"],
    ["other.example.com", "other-token"],
  ]);
  expect(JSON.stringify(configuration)).not.toContain("-token");
});

it("reads the configuration folder too, unless a variable names the file; the first that says something counts", async () => {
  file(".terraformrc", 'plugin_cache_dir = "/first"\nprovider_installation {\n  direct {}\n}\n');
  file(
    ".terraform.d/more.tfrc",
    'plugin_cache_dir = "/second"\ncredentials "a.example.com" {\n  token = "from-folder"\n}\n',
  );
  file(".terraform.d/more.tfrc.json", '{"disable_checkpoint": true}');
  file(".terraform.d/credentials.tfrc.json", '{"credentials": {"b.example.com": {"token": "stays-there"}}}');
  file(".terraform.d/notes.txt", "no configuration {");
  const { configuration, tokens } = await guarded();
  expect(configuration).toEqual({
    plugin_cache_dir: "/first",
    disable_checkpoint: true,
    provider_installation: [{ direct: [{}] }],
    host: { [HOST]: { services } },
  });
  expect([...tokens]).toEqual([["a.example.com", "from-folder"]]);
  const named = await guarded({ TF_CLI_CONFIG_FILE: join(home, ".terraform.d/more.tfrc.json") });
  expect(named.configuration).toEqual({ disable_checkpoint: true, host: { [HOST]: { services } } });
});

it("needs no configuration of the user's", async () => {
  rmSync(join(home, ".terraform.d"), { recursive: true });
  expect((await guarded()).configuration).toEqual({ host: { [HOST]: { services } } });
});

it("refuses a file that cannot be understood, without its words", async () => {
  file(".terraformrc", 'credentials "x" { token = "planted-token" ');
  await expect(guarded()).rejects.toThrow(/cannot be parsed: it is neither HCL nor JSON/);
  await expect(guarded()).rejects.not.toThrow(/planted-token/);
});
