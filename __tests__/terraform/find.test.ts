import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeTerraform, findTerraform, requireTerraform } from "../../lib/terraform/find";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-find-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function binary(script: string): NodeJS.ProcessEnv {
  const file = join(folder, "tf");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: file };
}

const found = (env: NodeJS.ProcessEnv) => describeTerraform(findTerraform(env)).replaceAll(folder, "DIR");

it("takes a version that knows removed blocks", () => {
  expect(found(binary(`echo '{"terraform_version":"1.7.0"}'`))).toBe("Terraform 1.7.0");
  expect(found(binary(`echo '{"terraform_version":"2.0.0-beta1"}'`))).toBe("Terraform 2.0.0-beta1");
});

it("reads the version although a warning is printed before it", () => {
  expect(found(binary(`echo 'Warning: something'; echo '{"terraform_version":"1.11.4"}'`))).toBe("Terraform 1.11.4");
});

it("says what is wrong with any other", () => {
  expect(found(binary(`echo '{"terraform_version":"1.6.6"}'`))).toBe(
    "`DIR/tf` is version 1.6.6; `removed` blocks need 1.7.0 or newer",
  );
  expect(found(binary("echo hello"))).toBe("`DIR/tf` does not run: `DIR/tf version -json` reported no version");
  expect(found({ PATH: folder })).toBe("`terraform` was not found on the PATH");
});

it("gives the reason and the fix to those who cannot do without", () => {
  expect(() => requireTerraform({ PATH: folder })).toThrow("`terraform` was not found on the PATH");
});

it("takes a variable that is set to nothing for one that is not set", () => {
  expect(found({ PATH: folder, TERRAFORM_BINARY_NAME: "" })).toBe("`terraform` was not found on the PATH");
});
