import { parse } from "yaml";
import { parseOrganizationFile } from "../../lib/organization/parse";
import { good, problems } from "./organization-files";

it("fills in the defaults", () => {
  expect(parseOrganizationFile(good, "organizations/acme.yaml")).toEqual({
    type: "read",
    organization: {
      file: "organizations/acme.yaml",
      hostname: "app.terraform.io",
      organization: "acme",
      gitlab: {
        url: "https://gitlab.example.com",
        apiUrl: "https://gitlab.example.com/api/v4",
        serviceProvider: "gitlab_enterprise_edition",
        movedFrom: [],
      },
      connection: {
        name: "GitLab (PAT)",
        scope: "organization",
        agentPool: undefined,
        existing: undefined,
        tokenVariable: "gitlab_pat",
      },
      from: ["oc-aaaaaaaaaaaaaaaa"],
      select: { exclude: [] },
      managedElsewhere: [],
      waves: [],
      through: undefined,
      direction: "forward",
      forget: "none",
      backend: { type: "local", settings: {} },
      terraform: { provider: "~> 0.80.0" },
      allowAutoDestroyReset: false,
      limits: { maxChanges: undefined },
    },
  });
});

it("says everything that is wrong at once, with its place and what to do", () => {
  const bad = good
    .replace("app.terraform.io", "https://app.terraform.io/app")
    .replace("https://gitlab.example.com/", "https://gitlab.example.com/api/v4")
    .replace("oc-aaaaaaaaaaaaaaaa", "ot-aaaaaaaaaaaaaaaa")
    .concat(
      "waves: [{name: canary, names: ['[']}, {name: canary}]\nthrough: canry\nbackend: {s3: {bucket: b, secret_key: x}}\n",
    );
  expect(problems(bad)).toMatchInlineSnapshot(`
    "organizations/acme.yaml:2:11: hostname: got "https://app.terraform.io/app"; expected only a host name, such as app.terraform.io [organization/addresses]
        fix: leave out https:// and any path
    organizations/acme.yaml:5:8: gitlab.url: this is the API's address; expected GitLab's address as in the browser [organization/addresses]
        fix: remove /api/v4 from the end; apiUrl is derived from url
    organizations/acme.yaml:9:8: from[0]: got "ot-aaaaaaaaaaaaaaaa", the id of an OAuth token; expected the id of a connection (OAuth client), such as oc-… [organization/ids]
        fix: give the connection's id: \`repoint inventory\` lists the ids, and TFE shows them under Settings, VCS Providers
    organizations/acme.yaml:10:32: waves[0].names[0]: "[" is not a glob [organization/matchers]
        fix: close every bracket, or put \\ before it
    organizations/acme.yaml:10:46: waves[1].name: two waves are called canary [organization/waves]
        fix: rename one
    organizations/acme.yaml:11:10: through: there is no wave "canry"; the waves are connection, canary, rest [organization/wave-references]
        fix: did you mean canary?
    organizations/acme.yaml:12:15: backend.s3: the s3 backend needs key [organization/backend]
        fix: give backend.s3.key
    organizations/acme.yaml:12:15: backend.s3: the s3 backend needs region [organization/backend]
        fix: give backend.s3.region
    organizations/acme.yaml:12:39: backend.s3.secret_key: the synthesized configuration would contain a credential [organization/backend-credentials]
        fix: remove it and set it in the environment: AWS_SECRET_ACCESS_KEY"
  `);
});

it("names the key that was meant, and what is missing", () => {
  expect(
    problems(good.replace("organization:", "organisation:").replace("  name: GitLab (PAT)", "  nmae: x")),
  ).toMatchInlineSnapshot(`
    "organizations/acme.yaml:1:1: organization: this key is missing [organization/missing]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:3:1: organisation: there is no key "organisation" here [organization/unknown-key]
        fix: did you mean organization?
    organizations/acme.yaml:8:3: connection.nmae: there is no key "nmae" here [organization/unknown-key]
        fix: did you mean name?
    organizations/acme.yaml:8:3: connection: the new connection has no name [organization/connection]
        fix: give connection.name, or connection.existing for a connection that already exists"
  `);
});

it("never prints a token that was given where an id belongs", () => {
  const token = "glpat-AbCdEfGhIjKlMnOpQrSt";
  const bad = good.replace("oc-aaaaaaaaaaaaaaaa", token).replace("GitLab (PAT)", token).replace("acme", `"${token}"`);
  expect(problems(bad)).not.toContain(token);
  expect(problems(bad)).toMatchInlineSnapshot(`
    "organizations/acme.yaml:3:16: organization: the organization file contains a GitLab token [organization/no-secrets]
        fix: remove it, revoke it if the file was shared, and set it in the environment (TF_VAR_gitlab_pat, TFE_TOKEN)
    organizations/acme.yaml:8:9: connection.name: the organization file contains a GitLab token [organization/no-secrets]
        fix: remove it, revoke it if the file was shared, and set it in the environment (TF_VAR_gitlab_pat, TFE_TOKEN)
    organizations/acme.yaml:9:8: from[0]: this is a token, not the id of a connection (OAuth client), such as oc-… [organization/ids]
        fix: remove the token from this file, and revoke it if the file was shared; a connection's id is in its address in TFE"
  `);
});

it.each([
  ["an empty file", ""],
  ["only a comment", "# nothing\n"],
  ["two documents", `${good}---\n${good}`],
  ["broken YAML", "version: 1\n  hostname: [\n"],
  ["a key given twice", `${good}hostname: other\n`],
  ["a newer format", good.replace("version: 1", "version: 2")],
  ["a list", "- 1\n"],
])("has words of its own for %s", (_, text) => {
  expect(problems(text)).toMatchSnapshot();
});

it("knows which settings belong to a connection made elsewhere", () => {
  const existing = good.replace("  name: GitLab (PAT)", "  existing: oc-aaaaaaaaaaaaaaaa\n  scope: organization");
  expect(problems(existing)).toMatchInlineSnapshot(`
    "organizations/acme.yaml:8:13: connection.existing: oc-aaaaaaaaaaaaaaaa is listed both as the new connection and as an old one [organization/ids]
        fix: list the connection with the personal access token here, and the others under from
    organizations/acme.yaml:9:10: connection.scope: scope is only for a connection that this configuration creates, but existing: refers to one that already exists [organization/connection]
        fix: leave out scope, or existing"
  `);
  expect(problems(good.replace("  name: GitLab (PAT)", "  tokenVariable: pat"))).toContain("organization/connection");
  expect(problems(good.replace("  name:", "  tokenVariable: version\n  name:"))).toContain(
    "a name that Terraform reserves",
  );
});

it("takes each backend with what it needs", () => {
  const backend = (settings: string) => problems(`${good}backend: ${settings}\n`);
  expect(backend("{local: {path: states/acme.tfstate}}")).toBe("none");
  expect(backend("{http: {address: 'https://state.example.com'}}")).toBe("none");
  expect(backend("{s3: {bucket: b, key: k, region: r}}")).toBe("none");
  expect(backend("{gcs: {bucket: b}}")).toBe("none");
  expect(backend("{azurerm: {storage_account_name: a, container_name: c, key: k}}")).toBe("none");
  expect(backend("{remote: {organization: acme, workspaces: {name: w}}}")).toBe("none");
  expect(backend("{cloud: {organization: acme, workspaces: {name: w}}}")).toBe("none");
  expect(backend("{local: {path: /etc/state}}")).toContain("the path of a file inside the project");
  expect(backend("{local: {}, http: {address: x}}")).toContain("got local and http");
  expect(backend("{}")).toContain("got none");
});

it("says everything that the rules know of, each at its place", () => {
  const rest = `select: {exclude: [{}]}
managedElsewhere: [{}]
waves: [{name: 'a b', percent: 101}, {name: all-of-it}, {name: late, names: [x]}]
forget: [nowhere]
terraform: {provider: newest}
limits: {maxChanges: -1}
`;
  expect(problems(good + rest.replace(/limits.*\n/, ""))).toMatchInlineSnapshot(`
    "organizations/acme.yaml:10:20: select.exclude[0]: a matcher without a condition would match everything [organization/matchers]
        fix: give it a condition, or remove it
    organizations/acme.yaml:11:20: managedElsewhere[0]: a matcher without a condition would match everything [organization/matchers]
        fix: give it a condition, or remove it
    organizations/acme.yaml:12:16: waves[0].name: got "a b"; expected letters, digits, - and _ [organization/waves]
        fix: rename the wave
    organizations/acme.yaml:12:32: waves[0].percent: got 101; expected 0 to 100 [organization/waves]
        fix: correct the share
    organizations/acme.yaml:12:38: waves[1]: the wave "all-of-it" has no condition, so it matches everything and leaves nothing for later waves [organization/waves]
        fix: give it a condition, or put it last
    organizations/acme.yaml:13:10: forget[0]: there is no wave "nowhere"; the waves are a b, all-of-it, late, rest [organization/wave-references]
        fix: name one of them
    organizations/acme.yaml:14:23: terraform.provider: got "newest"; expected a version constraint such as ~> 0.80.0 [organization/provider]
        fix: write it as in required_providers"
  `);
  expect(problems(good + rest)).toContain("limits.maxChanges");
});

it("is not fooled by what YAML makes of text", () => {
  expect(parse("a: 0x1")).toEqual({ a: 1 });
  expect(problems(good.replace("acme", "12345"))).toContain("organization");
});
