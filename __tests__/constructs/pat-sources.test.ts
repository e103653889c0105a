import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { buildApp } from "../../examples/pat-sources/main";

const root = join(__dirname, "..", "..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-pat-sources-"));
  buildApp(new App({ outdir: folder })).synth();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stack = (name: string) => JSON.parse(readFileSync(join(folder, "stacks", name, "cdk.tf.json"), "utf8"));

it.each([
  ["variable", "${var.gitlab_pat}"],
  ["vault", "${data.vault_kv_secret_v2.pat.data.token}"],
  ["aws", "${data.aws_secretsmanager_secret_version.pat.secret_string}"],
  ["google", "${data.google_secret_manager_secret_version.pat.secret_data}"],
  ["service-account", "${gitlab_group_service_account_access_token.pat.token}"],
])("of %s is a reference, in a connection that is never destroyed", (name, reference) => {
  const { oauth_token: token, lifecycle } = stack(name).resource.tfe_oauth_client.gitlab;
  expect([token, lifecycle.prevent_destroy]).toEqual([reference, true]);
});

it("is made anew before the old one is revoked, and by no rotation of GitLab's", () => {
  const { pat } = stack("service-account").resource.gitlab_group_service_account_access_token;
  expect(pat).toEqual({
    "//": expect.anything(),
    group: "platform",
    user_id: 4711,
    name: "terraform",
    scopes: ["api"],
    expires_at: "2027-10-31",
    lifecycle: { create_before_destroy: true },
  });
});

it("is shown in the how-to page as the example has it", () => {
  const page = readFileSync(join(root, "docs", "how-to", "where-the-pat-comes-from.md"), "utf8");
  const example = readFileSync(join(root, "examples", "pat-sources", "main.ts"), "utf8");
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  expect(blocks).toHaveLength(5);
  expect(blocks.filter((code) => !example.includes(code))).toEqual([]);
});
