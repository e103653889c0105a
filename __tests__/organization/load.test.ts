import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { wishJsonSchema } from "../../lib/organization/json-schema";
import { loadOrganization, loadOrganizations } from "../../lib/organization/load";

const repository = resolve(__dirname, "../..");
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "repoint-wish-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function wish(file: string, organization: string, hostname = "app.terraform.io"): void {
  mkdirSync(join(root, "organizations"), { recursive: true });
  writeFileSync(
    join(root, "organizations", file),
    `version: 1\nhostname: ${hostname}\norganization: ${organization}\ngitlab: {url: "https://gitlab.com", serviceProvider: gitlab_hosted}\nconnection: {name: PAT}\nfrom: [oc-aaaaaaaaaaaaaaaa]\n`,
  );
}

it("finds a wish by its file's name or its organization's", () => {
  wish("acme.yaml", "acme");
  wish("cloud.yml", "other");
  expect(loadOrganization(root, "acme").file).toBe("organizations/acme.yaml");
  expect(loadOrganization(root, "cloud").organization).toBe("other");
  expect(loadOrganization(root, "other").file).toBe("organizations/cloud.yml");
  expect(loadOrganizations(root).map(({ organization }) => organization)).toEqual(["acme", "other"]);
});

it("says what there is when there is none of that name", () => {
  wish("acme.yaml", "acme");
  expect(() => loadOrganization(root, "acm")).toThrow(
    'there is no wish for "acm" in organizations/; there are: acme [wish/unknown-organization]\n    fix: did you mean acme?',
  );
  expect(() => loadOrganization(join(root, "nowhere"), "acme")).toThrow("there is no such folder");
});

it("refuses two files for one organization, but takes one organization's name on two hosts", () => {
  wish("a.yaml", "acme");
  wish("b.yaml", "acme", "tfe.example.com");
  expect(loadOrganizations(root)).toHaveLength(2);
  wish("c.yaml", "acme");
  expect(() => loadOrganizations(root)).toThrow(
    "organizations/a.yaml and organizations/c.yaml are both for acme on app.terraform.io",
  );
  expect(() => loadOrganization(root, "a")).toThrow("are both for acme");
  expect(loadOrganization(root, "b").hostname).toBe("tfe.example.com");
});

it("reports every problem of every file, and loads a good one although another is bad", () => {
  wish("acme.yaml", "acme");
  writeFileSync(join(root, "organizations", "bad.yaml"), "version: 1\n");
  writeFileSync(join(root, "organizations", "worse.yaml"), ":\n-");
  expect(loadOrganization(root, "acme").organization).toBe("acme");
  expect(() => loadOrganizations(root)).toThrow(/bad\.yaml[\s\S]*worse\.yaml/);
});

it("has a JSON schema for editors that is the generated one and takes the wish that ships", () => {
  const committed = readFileSync(join(repository, "docs", "organization.schema.json"), "utf8");
  expect(committed).toBe(wishJsonSchema());
  const validate = new Ajv({ strict: false }).compile(JSON.parse(committed));
  const shipped: unknown = parse(readFileSync(join(repository, "organizations", "sandbox.yaml"), "utf8"));
  expect([validate(shipped), validate.errors]).toEqual([true, null]);
  expect(validate({ version: 1 })).toBe(false);
  expect(loadOrganization(repository, "sandbox").waves).toEqual([{ name: "canary", percent: 10 }]);
});
