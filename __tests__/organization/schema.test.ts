import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { organizationJsonSchema } from "../../lib/organization/json-schema";
import { parseOrganizationFile } from "../../lib/organization/parse";
import { brief, good, problems } from "./organization-files";

const repository = resolve(__dirname, "../..");
const validate = new Ajv({ strict: false }).compile(JSON.parse(organizationJsonSchema()));

/** An organization file that uses every key there is. */
const full = `${good}select:
  kinds: [workspace, stack]
  projects: [Platform, prj-0000000000000001]
  tags: [prod, team=net*]
  names: ["net-*"]
  ids: [ws-0000000000000001]
  sourceNames: ["*terraform*"]
  exclude: [{names: ["*-legacy"]}]
managedElsewhere: [{tags: [managed=elsewhere]}]
waves: [{name: canary, names: [net-dev]}, {name: tenth, percent: 10}]
through: tenth
direction: forward
forget: [canary]
backend: {s3: {bucket: b, key: k, region: eu-central-1}}
terraform: {provider: ">= 0.80.0, < 1.0.0"}
allowAutoDestroyReset: true
limits: {maxChanges: 500}
`.replace(
  "  name: GitLab (PAT)",
  "  name: GitLab (PAT)\n  scope: {projects: [Platform]}\n  agentPool: apool-0000000000000001",
);

it("is committed as it is generated, and takes the example that ships", () => {
  expect(readFileSync(resolve(repository, "docs/organization.schema.json"), "utf8")).toBe(organizationJsonSchema());
  const shipped = readFileSync(resolve(repository, "examples/sandbox.yaml"), "utf8");
  expect(shipped).toMatch(/^# yaml-language-server: \$schema=\.\.\/docs\/organization\.schema\.json\n/);
  expect([validate(parse(shipped)), validate.errors]).toEqual([true, null]);
  expect(parseOrganizationFile(shipped, "organizations/sandbox.yaml")).toMatchObject({
    type: "read",
    organization: { waves: [{ name: "canary", percent: 10 }] },
  });
});

it.each([
  ["the shortest", good],
  ["one with every key", full],
  ["one with a connection made elsewhere", good.replace("name: GitLab (PAT)", "existing: oc-bbbbbbbbbbbbbbbb")],
  ["one with a state in the cloud", `${good}backend: {cloud: {organization: acme, workspaces: {name: repoint}}}\n`],
])("takes %s, and so does the program", (_, text) => {
  expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
  expect(problems(text)).toBe("none");
});

/** What is put into the full organization file: a place in it, and a value. */
const changes: readonly (readonly [string, unknown])[] = [
  ["version", 2],
  ["version", "1"],
  ["hostname", "https://app.terraform.io"],
  ["hostname", null],
  ["organization", "a/b"],
  ["organization", 12345],
  ["gitlab.url", "gitlab.example.com"],
  ["gitlab.apiUrl", "https://gitlab.example.com/api/v3"],
  ["gitlab.serviceProvider", "gitlab"],
  ["connection.token", "x"],
  ["connection.scope", "all"],
  ["connection.scope", { project: ["a"] }],
  ["connection.scope", { projects: [] }],
  ["connection.agentPool", "oc-0000000000000001"],
  ["connection.tokenVariable", "my-pat"],
  ["from", []],
  ["from", "oc-aaaaaaaaaaaaaaaa"],
  ["from", ["ot-aaaaaaaaaaaaaaaa"]],
  ["select.kinds", ["workspaces"]],
  ["select.ids", ["oc-aaaaaaaaaaaaaaaa"]],
  ["select.names", "net-*"],
  ["select.exclude", [{}]],
  ["managedElsewhere", [{}]],
  ["managedElsewhere", [{ nmaes: ["a"] }]],
  ["waves", [{ names: ["a"] }]],
  ["waves", [{ name: "a b" }]],
  ["waves", [{ name: "a", percent: 101 }]],
  ["waves", [{ name: "a", percent: -1 }]],
  ["direction", "backwards"],
  ["forget", "all"],
  ["forget", []],
  ["backend", {}],
  ["backend", { local: {}, http: { address: "https://x.example.com" } }],
  ["backend", { s4: {} }],
  ["terraform.provider", "newest"],
  ["allowAutoDestroyReset", "yes"],
  ["limits.maxChanges", 1.5],
  ["limits.maxChanges", -1],
  ["waived", true],
];

function changed(place: string, value: unknown): unknown {
  const organizationFile: unknown = parse(full);
  const keys = place.split(".");
  const holder = keys.slice(0, -1).reduce<unknown>((inside, key) => Reflect.get(Object(inside), key), organizationFile);
  Reflect.set(Object(holder), keys.at(-1) ?? "", value);
  return organizationFile;
}

it.each(changes)("refuses %s: %j, in an editor and in the program", (place, value) => {
  const organizationFile = changed(place, value);
  expect(validate(organizationFile)).toBe(false);
  expect(problems(stringify(organizationFile))).toContain(`: ${place}`);
});

it("suggests what was meant, in the words of the file", () => {
  const said = (place: string, value: unknown) => problems(stringify(changed(place, value)));
  expect(
    [
      said("gitlab.serviceProvider", "gitlab_community"),
      said("connection.scope", "all"),
      said("connection.scope", { project: ["a"] }),
      said("forget", "donee"),
      said("forget", []),
      said("organization", 12345),
      said("from", "oc-aaaaaaaaaaaaaaaa"),
      said("limits.maxChanges", 1.5),
      said("hostname", null),
      said("waves", [{ name: "canary", persent: 10 }, { name: "tenth" }]),
    ].join("\n"),
  ).toMatchInlineSnapshot(`
    "organizations/acme.yaml:6:20: gitlab.serviceProvider: got "gitlab_community"; expected one of gitlab_hosted, gitlab_community_edition, gitlab_enterprise_edition [organization/schema]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:9:10: connection.scope: got "all"; expected organization, or projects: [names or ids] [organization/schema]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:10:5: connection.scope.projects: this key is missing [organization/missing]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:10:5: connection.scope.project: there is no key "project" here [organization/unknown-key]
        fix: did you mean projects?
    organizations/acme.yaml:45:9: forget: got "donee"; expected none, done, or a list of waves [organization/schema]
        fix: did you mean done?
    organizations/acme.yaml:45:9: forget: got []; expected at least one entry [organization/schema]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:3:15: organization: got 12345; expected a text [organization/schema]
        fix: put it in quotes: "12345"
    organizations/acme.yaml:13:7: from: got "oc-aaaaaaaaaaaaaaaa"; expected a list [organization/schema]
        fix: write it as a list, in [ ]
    organizations/acme.yaml:56:15: limits.maxChanges: got 1.5; expected a whole number [organization/schema]
        fix: docs/reference/organization-file.md describes the keys
    organizations/acme.yaml:2:11: hostname: got null; expected a text [organization/schema]
        fix: give it a value, or if null is a name, put it in quotes: "null"
    organizations/acme.yaml:39:5: waves[0].persent: there is no key "persent" here [organization/unknown-key]
        fix: did you mean percent?"
  `);
});

it("says what the rules find although the schema failed elsewhere, and nothing about what failed", () => {
  expect(
    brief(
      good
        .replace("app.terraform.io", "https://app.terraform.io")
        .replace("  name: GitLab (PAT)", "  name: [x]")
        .replace("[oc-aaaaaaaaaaaaaaaa]", "[5, ot-aaaaaaaaaaaaaaaa]")
        .concat("waves: [{names: [a]}, {name: 'b c', names: 5}, {name: last}]\nthrough: nowhere\nbackend: {s3: 1}\n"),
    ),
  ).toMatchInlineSnapshot(`
    [
      "2:11: hostname: got "https://app.terraform.io"; expected only a host name, such as app.terraform.io [organization/addresses]",
      "8:9: connection.name: got ["x"]; expected a text [organization/schema]",
      "9:8: from[0]: got 5; expected a text [organization/schema]",
      "9:11: from[1]: got "ot-aaaaaaaaaaaaaaaa", the id of an OAuth token; expected the id of a connection (OAuth client), such as oc-… [organization/ids]",
      "10:9: waves[0].name: this key is missing [organization/missing]",
      "10:30: waves[1].name: got "b c"; expected letters, digits, - and _ [organization/waves]",
      "10:44: waves[1].names: got 5; expected a list [organization/schema]",
      "12:15: backend.s3: got 1; expected a mapping of keys to values [organization/schema]",
    ]
  `);
});

it("never throws, whatever stands where, and an editor takes whatever the program takes", () => {
  const places = [...new Set([...changes.map(([place]) => place), "gitlab", "connection", "select", "backend.local"])];
  const value = fc.oneof(
    fc.constantFrom(...changes.map(([, bad]) => bad)),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("rest", "all", "[", "oc-bbbbbbbbbbbbbbbb", "https://gitlab.com", "~> 0.80.0", {}, { path: ".." }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), value, (place, put) => {
      const text = stringify(changed(place, put));
      const parsed = parseOrganizationFile(text, "organizations/acme.yaml");
      if (parsed.type === "wrong") expect(parsed.problems).not.toEqual([]);
      else expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
    }),
    { numRuns: 500 },
  );
});
