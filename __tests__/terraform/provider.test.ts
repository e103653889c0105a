import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { getProvider, mirrorFolder, mirrorInstallation } from "../../lib/terraform/provider";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-provider-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
const env = () => ({ PATH: `${folder}:/usr/bin:/bin`, REPOINT_PROVIDER_MIRROR: join(folder, "mirror") });
const terraform = (script: string) => ({ command: program("terraform", script), version: "1.11.4" });
const FILES = "registry.terraform.io/hashicorp/tfe";

it("uses Terraform's own download first, then what it has cached", async () => {
  // `providers mirror FOLDER` writes zip archives and index files below FOLDER/HOST/NAMESPACE/TYPE.
  const downloads = terraform(
    `mkdir -p "$4/${FILES}" && echo zip > "$4/${FILES}/terraform-provider-tfe_0.80.0_linux_amd64.zip"`,
  );
  program("go", "exit 1");
  expect(await getProvider(downloads, env())).toMatchObject({ version: "0.80.0", how: "Terraform's own download" });
  expect(await getProvider(terraform("exit 1"), env())).toMatchObject({ version: "0.80.0", how: "cached" });
});

/** A `go` that serves these versions of the module, and answers as Go's module proxy does for others. */
const go = (...versions: readonly string[]) =>
  program(
    "go",
    `case "$1 $2" in
      "env GOOS") echo linux; echo amd64;;
      "mod download") case "$4" in
        ${versions.map((version) => `*@v${version}`).join("|") || "none"}) echo '{"Dir": "/module/source"}';;
        *) printf '{\n\t"Path": "m",\n\t"Error": "no such module"\n}\n'; exit 1;; esac;;
      "build -C") test "$3" = /module/source && mkdir -p "$(dirname "$5")" && echo binary > "$5";;
      *) exit 9;;
    esac`,
  );

it("falls back to the Go module", async () => {
  go("0.80.0");
  const result = await getProvider(terraform("exit 1"), env());
  expect(result).toMatchObject({ type: "ready", version: "0.80.0" });
  expect(existsSync(join(folder, "mirror", FILES, "0.80.0/linux_amd64/terraform-provider-tfe_v0.80.0"))).toBe(true);
});

it("says every way it tried, and leaves nothing half-made behind", async () => {
  go();
  const result = await getProvider(terraform("echo 'Error: no network' >&2; exit 1"), env());
  expect(result).toEqual({
    type: "missing",
    mirror: join(folder, "mirror"),
    attempts: [
      { way: "Terraform's own download", failure: "Error: no network" },
      { way: "the Go module github.com/hashicorp/terraform-provider-tfe@v0.80.0", failure: "no such module" },
      { way: "the Go module github.com/hashicorp/terraform-provider-tfe@v0.79.0", failure: "no such module" },
    ],
  });
  expect(readdirSync(join(folder, "mirror"))).toEqual([]);
});

it("takes the newest other version that is in the mirror, and says so; never one too old to change a token in place", async () => {
  program("go", "exit 1");
  for (const version of ["0.9.0", "0.68.2", "0.71.0", "0.79.0"]) {
    mkdirSync(join(folder, "mirror", FILES, version), { recursive: true });
  }
  const result = await getProvider(terraform("exit 1"), env());
  expect(result).toMatchObject({ type: "ready", version: "0.79.0" });
  expect(result.type === "ready" && result.how).toContain("0.80.0 could not be obtained");
  rmSync(join(folder, "mirror", FILES, "0.79.0"), { recursive: true });
  rmSync(join(folder, "mirror", FILES, "0.71.0"), { recursive: true });
  expect((await getProvider(terraform("exit 1"), env())).type).toBe("missing");
});

it("builds the version before it where nothing else is to be had, and says so", async () => {
  go("0.79.0");
  const result = await getProvider(terraform("exit 1"), env());
  expect(result).toMatchObject({ type: "ready", version: "0.79.0" });
  expect(result.type === "ready" && result.how).toMatch(
    /^the Go module .*@v0\.79\.0; 0\.80\.0 could not be obtained \(/,
  );
  expect(existsSync(join(folder, "mirror", FILES, "0.79.0/linux_amd64/terraform-provider-tfe_v0.79.0"))).toBe(true);
});

it("keeps the mirror in the user's cache unless told otherwise", () => {
  expect(mirrorFolder({ HOME: "/home/u" })).toBe("/home/u/.cache/repoint/providers");
  expect(mirrorFolder({ HOME: "/home/u", XDG_CACHE_HOME: "/c" })).toBe("/c/repoint/providers");
  expect(mirrorFolder({ HOME: "/home/u", XDG_CACHE_HOME: "", REPOINT_PROVIDER_MIRROR: "" })).toBe(
    "/home/u/.cache/repoint/providers",
  );
  expect(mirrorFolder({ HOME: "" })).toBe(join(homedir(), ".cache/repoint/providers"));
  expect(mirrorInstallation('/a "b"')).toContain('path    = "/a \\"b\\""');
});
