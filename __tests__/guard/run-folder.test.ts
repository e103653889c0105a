import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeRunFolder, otherFiles, servedEnvironment } from "../../lib/guard/run-folder";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-run-"));
  mkdirSync(join(folder, "stack"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const [stack, run] = [() => join(folder, "stack"), () => join(folder, ".repoint", "acme", "run")];
const put = (name: string, text: string) => writeFileSync(join(stack(), name), text);

it("is the stack's with another backend; the stack's folder stays as it is", () => {
  const terraform = { required_version: ">= 1.7", backend: { local: { path: "../../../terraform.acme.tfstate" } } };
  const before = JSON.stringify({ terraform, resource: { a: {} } });
  put("cdk.tf.json", before);
  put(".terraform.lock.hcl", "the locked provider");
  mkdirSync(join(run(), ".terraform"), { recursive: true });
  writeFileSync(join(run(), ".terraform", "terraform.tfstate"), "of an earlier run");
  makeRunFolder(stack(), run(), "1.11.4");
  expect(JSON.parse(readFileSync(join(run(), "cdk.tf.json"), "utf8"))).toEqual({
    terraform: { required_version: ">= 1.7", backend: { http: {} } },
    resource: { a: {} },
  });
  expect(readFileSync(join(run(), ".terraform.lock.hcl"), "utf8")).toBe("the locked provider");
  expect(readdirSync(join(run(), ".terraform"))).toEqual([]);
  expect(statSync(join(run(), "cdk.tf.json")).mode & 0o077).toBe(0);
  expect([readdirSync(stack()).sort(), readFileSync(join(stack(), "cdk.tf.json"), "utf8")]).toEqual([
    [".terraform.lock.hcl", "cdk.tf.json"],
    before,
  ]);
});

it("is refused where nothing was synthesized", () => {
  expect(() => makeRunFolder(join(folder, "none"), run(), "1.11.4")).toThrow(
    "it contains no synthesized configuration",
  );
});

it("tells the user's own files from the synthesized ones", () => {
  for (const name of ["cdk.tf.json", "override.tf", "x.tf.json", "terraform.tfvars", "y.auto.tfvars.json", "plan"])
    put(name, "{}");
  expect(otherFiles(stack())).toEqual(["override.tf", "terraform.tfvars", "x.tf.json", "y.auto.tfvars.json"]);
  expect(otherFiles(join(folder, "none"))).toEqual([]);
});

it("has an environment in which nothing speaks of another backend", () => {
  const theirs = {
    TF_HTTP_PASSWORD: "x",
    TF_HTTP_UPDATE_METHOD: "PUT",
    TF_DATA_DIR: "d",
    TF_STATE_PERSIST_INTERVAL: "999",
  };
  expect(servedEnvironment({ ...theirs, TF_WORKSPACE: "default", TF_VAR_a: "1", PATH: "/bin" }, "/p/run")).toEqual({
    PATH: "/bin",
    TF_VAR_a: "1",
    TF_DATA_DIR: "/p/run/.terraform",
  });
});

describe("an initialized folder", () => {
  const stackOf = (terraform: unknown, more: Record<string, unknown> = {}) =>
    put("cdk.tf.json", JSON.stringify({ terraform, ...more }));
  const provider = () => join(run(), ".terraform", "providers", "hashicorp", "tfe", "provider");
  const relink = (to: string) => {
    rmSync(provider());
    symlinkSync(to, provider());
  };
  const make = (version = "1.11.4") => makeRunFolder(stack(), run(), version);
  beforeEach(() => {
    stackOf({ required_version: ">= 1.7" });
    put(".terraform.lock.hcl", "the locked provider");
    expect(make().isInitialized).toBe(false);
    // As `terraform init` leaves it.
    mkdirSync(dirname(provider()), { recursive: true });
    writeFileSync(provider(), "provider");
    writeFileSync(join(run(), ".terraform", "terraform.tfstate"), "the backend");
    make().initialized();
  });

  it("stays so, whatever its resources are", () => {
    stackOf({ required_version: ">= 1.7" }, { resource: { a: {} } });
    expect(make().isInitialized).toBe(true);
    expect(make().isInitialized).toBe(true);
  });

  it.each<[string, () => void, string]>([
    ["another Terraform", () => {}, "1.12.0"],
    ["another requirement", () => stackOf({ required_version: ">= 1.9" }), "1.11.4"],
    ["another locked version", () => put(".terraform.lock.hcl", "another"), "1.11.4"],
    ["another provider", () => writeFileSync(provider(), "another provider"), "1.11.4"],
    ["no provider", () => rmSync(provider()), "1.11.4"],
    ["a provider that is a dead link", () => relink(join(folder, "gone")), "1.11.4"],
    ["another backend", () => writeFileSync(join(run(), ".terraform", "terraform.tfstate"), "another"), "1.11.4"],
    ["no data folder", () => rmSync(join(run(), ".terraform"), { recursive: true }), "1.11.4"],
  ])("is to be initialized again with %s", (_, change, version) => {
    change();
    expect(make(version).isInitialized).toBe(false);
  });
});
