import { spawnSync } from "node:child_process";
import { ExternalError } from "../errors";
import { variableOf } from "../util/environment";
import { errorCode } from "../util/error-code";

/** `removed` blocks are Terraform 1.7's; nothing older can forget a resource. */
const OLDEST = [1, 7, 0] as const;

/** A Terraform binary that was found and asked for its version. */
export interface TerraformBinary {
  readonly command: string;
  readonly version: string;
}

/** What looking for Terraform can end in. */
export type FoundTerraform =
  | { readonly type: "found"; readonly terraform: TerraformBinary }
  | { readonly type: "missing"; readonly command: string }
  | { readonly type: "too-old"; readonly command: string; readonly version: string }
  | { readonly type: "broken"; readonly command: string; readonly message: string };

/** Looks for Terraform: `TERRAFORM_BINARY_NAME` where it is set (cdktf's own variable), else `terraform` on the PATH. */
export function findTerraform(env: NodeJS.ProcessEnv): FoundTerraform {
  const command = variableOf(env, "TERRAFORM_BINARY_NAME") ?? "terraform";
  const result = spawnSync(command, ["version", "-json"], {
    env: { ...env, CHECKPOINT_DISABLE: "1" },
    encoding: "utf8",
    timeout: 60_000,
  });
  if (result.error !== undefined) {
    if (errorCode(result.error) === "ENOENT") return { type: "missing", command };
    return { type: "broken", command, message: result.error.message };
  }
  const version = readVersion(result.stdout);
  if (version === undefined)
    return { type: "broken", command, message: `\`${command} version -json\` reported no version` };
  if (isOlder(version)) return { type: "too-old", command, version };
  return { type: "found", terraform: { command, version } };
}

/** As {@link findTerraform}, for those who cannot do without. @throws ExternalError */
export function requireTerraform(env: NodeJS.ProcessEnv): TerraformBinary {
  const found = findTerraform(env);
  if (found.type === "found") return found.terraform;
  throw new ExternalError(describeTerraform(found), {
    fix: `install Terraform ${OLDEST.join(".")} or newer (https://developer.hashicorp.com/terraform/install), or name its command in TERRAFORM_BINARY_NAME`,
  });
}

/** One sentence about what was found. */
export function describeTerraform(found: FoundTerraform): string {
  switch (found.type) {
    case "found":
      return `Terraform ${found.terraform.version}`;
    case "missing":
      return `\`${found.command}\` was not found on the PATH`;
    case "too-old":
      return `\`${found.command}\` is version ${found.version}; \`removed\` blocks need ${OLDEST.join(".")} or newer`;
    case "broken":
      return `\`${found.command}\` does not run: ${found.message}`;
  }
}

function readVersion(output: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(output.slice(output.indexOf("{")));
    if (typeof parsed === "object" && parsed !== null && "terraform_version" in parsed) {
      return String(parsed.terraform_version);
    }
  } catch {
    // not Terraform
  }
  return undefined;
}

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, wanted] of OLDEST.entries()) {
    const got = parts[index] ?? 0;
    if (got !== wanted) return got < wanted;
  }
  return false;
}
