import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOrganization, loadOrganizations } from "../../lib/organization/load";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "repoint-organization-file-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function organizationFile(file: string, organization: string, hostname = "app.terraform.io", more = ""): void {
  mkdirSync(join(root, "organizations"), { recursive: true });
  writeFileSync(
    join(root, "organizations", file),
    `version: 1\nhostname: ${hostname}\norganization: ${organization}\ngitlab: {url: "https://gitlab.com", serviceProvider: gitlab_hosted}\nconnection: {name: PAT}\nfrom: [oc-aaaaaaaaaaaaaaaa]\n${more}`,
  );
}

it("finds an organization file by its file's name or its organization's", () => {
  organizationFile("acme.yaml", "acme");
  organizationFile("cloud.yml", "other");
  expect(loadOrganization(root, "acme").file).toBe("organizations/acme.yaml");
  expect(loadOrganization(root, "cloud").organization).toBe("other");
  expect(loadOrganization(root, "other").file).toBe("organizations/cloud.yml");
  expect(loadOrganizations(root).map(({ organization }) => organization)).toEqual(["acme", "other"]);
});

it("says what there is when there is none of that name", () => {
  organizationFile("acme.yaml", "acme");
  expect(() => loadOrganization(root, "acm")).toThrow(
    'there is no organization file for "acm" in organizations/; there are: acme [organization/unknown-organization]\n    fix: did you mean acme?',
  );
  expect(() => loadOrganization(join(root, "nowhere"), "acme")).toThrow("there is no such folder");
});

it.each(["../acme", "/etc/acme", "a/../acme", "organizations/../acme.yaml", ".", "..", "", "a b", "--x", "acme\u0000"])(
  "refuses %j as a name, and names no file for it",
  (name) => {
    organizationFile("acme.yaml", "acme");
    const refusal = () => loadOrganization(root, name);
    expect(refusal).toThrow(/expected the name of a file in organizations\/ without \.yaml.*There are: acme/);
    expect(refusal).not.toThrow(/write organizations|did you mean/);
  },
);

it.each(["new", "organizations/new.yaml", "./organizations/new.yml", "new.yaml"])("says where %s is to be", (name) => {
  organizationFile("acme.yaml", "acme");
  expect(() => loadOrganization(root, name)).toThrow("fix: write organizations/new.yaml");
});

it("refuses two files for one organization, but takes one organization's name on two hosts", () => {
  organizationFile("a.yaml", "acme");
  organizationFile("b.yaml", "acme", "tfe.example.com");
  expect(loadOrganizations(root)).toHaveLength(2);
  organizationFile("c.yaml", "acme");
  expect(() => loadOrganizations(root)).toThrow(
    "organizations/a.yaml and organizations/c.yaml are both for acme on app.terraform.io",
  );
  expect(() => loadOrganization(root, "a")).toThrow("are both for acme");
  expect(loadOrganization(root, "b").hostname).toBe("tfe.example.com");
});

it("reports every problem of every file, and loads a good one although another is bad", () => {
  organizationFile("acme.yaml", "acme");
  writeFileSync(join(root, "organizations", "bad.yaml"), "version: 1\n");
  writeFileSync(join(root, "organizations", "worse.yaml"), ":\n-");
  expect(loadOrganization(root, "acme").organization).toBe("acme");
  expect(() => loadOrganizations(root)).toThrow(/bad\.yaml[\s\S]*worse\.yaml/);
});

it("finds a wrong file by the organization that it is for, and says what is wrong with it", () => {
  organizationFile("prod.yaml", "acme", "app.terraform.io", "bogus: 1\n");
  expect(() => loadOrganization(root, "acme")).toThrow(
    'organizations/prod.yaml:7:1: bogus: there is no key "bogus" here',
  );
});

it("takes the file itself, as a shell completes it", () => {
  organizationFile("prod.yaml", "acme");
  for (const name of ["prod", "acme", "prod.yaml", "organizations/prod.yaml", "./organizations/prod.yaml"]) {
    expect(loadOrganization(root, name).organization).toBe("acme");
  }
  expect(() => loadOrganization(root, "organizations/prob.yaml")).toThrow("did you mean prod?");
  expect(() => loadOrganization(root, "organizations/other.yml")).toThrow("write organizations/other.yaml");
});

it("sees that a wrong file and a right one are for the same organization", () => {
  organizationFile("a.yaml", "acme");
  organizationFile("b.yaml", "acme", "APP.terraform.io", "bogus: 1\n");
  const both =
    "organizations/a.yaml and organizations/b.yaml are both for acme on app.terraform.io [organization/twice]";
  expect(() => loadOrganization(root, "a")).toThrow(both);
  expect(() => loadOrganizations(root)).toThrow(both);
});

it("sees that an organization's name in other letters is the same: TFE takes it in any case", () => {
  organizationFile("a.yaml", "acme");
  organizationFile("b.yaml", "Acme");
  expect(() => loadOrganizations(root)).toThrow(
    "organizations/a.yaml and organizations/b.yaml are both for acme on app.terraform.io [organization/twice]",
  );
});

it("takes no two files of one name", () => {
  organizationFile("acme.yaml", "one");
  organizationFile("ACME.yml", "two");
  const both = "organizations/ACME.yml and organizations/acme.yaml are both called ACME [organization/twice]";
  expect(() => loadOrganization(root, "acme")).toThrow(both);
  expect(() => loadOrganizations(root)).toThrow(both);
});

it("asks which host is meant where two have an organization of that name", () => {
  organizationFile("a.yaml", "acme");
  organizationFile("b.yaml", "acme", "tfe.example.com");
  expect(() => loadOrganization(root, "acme")).toThrow(
    "acme matches organizations/a.yaml and organizations/b.yaml [organization/ambiguous]\n    fix: use the file's name without .yaml, such as a",
  );
});

it.each([
  ["{local: {path: states/x.tfstate}}", "{local: {path: ./states//x.tfstate}}"],
  ["{local: {}}", "{local: {path: terraform.a.tfstate}}"],
  ["{http: {address: 'https://x.example.com'}}", "{http: {address: 'https://x.example.com'}}"],
  ["{s3: {bucket: b, key: k, region: r}}", "{s3: {region: r, key: k, bucket: b}}"],
  ["{gcs: {bucket: b}}", "{gcs: {bucket: b}}"],
  [
    "{azurerm: {storage_account_name: a, container_name: c, key: k}}",
    "{azurerm: {key: k, storage_account_name: a, container_name: c, use_oidc: true}}",
  ],
  [
    "{remote: {organization: o, workspaces: {name: w}}}",
    "{cloud: {organization: o, hostname: app.terraform.io, workspaces: {name: w}}}",
  ],
])("lets no two keep their state in one place: %s and %s", (one, other) => {
  organizationFile("a.yaml", "one", "app.terraform.io", `backend: ${one}\n`);
  organizationFile("b.yaml", "two", "app.terraform.io", `backend: ${other}\n`);
  const both = "organizations/a.yaml and organizations/b.yaml keep their Terraform state in the same place";
  expect(() => loadOrganizations(root)).toThrow(both);
  expect(() => loadOrganization(root, "b")).toThrow(both);
});

it("lets them share a bucket", () => {
  organizationFile("a.yaml", "one", "app.terraform.io", "backend: {s3: {bucket: b, key: one, region: r}}\n");
  organizationFile("b.yaml", "two", "app.terraform.io", "backend: {s3: {bucket: b, key: two, region: r}}\n");
  organizationFile("c.yaml", "three");
  organizationFile("d.yaml", "four");
  expect(loadOrganizations(root)).toHaveLength(4);
});

it("passes hidden files by, and says which file cannot be read or has no usable name", () => {
  organizationFile("acme.yaml", "acme");
  organizationFile(".#acme.yaml", "acme");
  expect(loadOrganizations(root)).toHaveLength(1);
  mkdirSync(join(root, "organizations", "folder.yaml"));
  organizationFile("my org.yaml", "other");
  expect(() => loadOrganizations(root)).toThrow(
    `organizations/folder.yaml: it is a folder, not a file [organization/unreadable]
    fix: make it a UTF-8 file that you may read, or move it out of this folder
organizations/my org.yaml: a stack and other files get the file's name; expected letters, digits, . - and _ [organization/file-name]`,
  );
});
