import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors";
import { readIfPresent, writeFileAtomic } from "../files/atomic";
import { makeFolder } from "../files/make-folder";
import { readJson } from "../files/read-file";
import { errorCode } from "../util/error-code";
import { jsonText } from "../util/json-text";

const CONFIGURATION = "cdk.tf.json";
const LOCK_FILE = ".terraform.lock.hcl";

/**
 * Makes a folder in which Terraform runs with a served state: the stack's configuration with the `http` backend, whose address comes
 * from the environment and stands in no file, and the provider versions that the stack's folder has locked. The stack's folder stays
 * as it is, for `cdktf` and plain Terraform. Both folders are equally deep in the project: what is relative stays true.
 */
export function makeRunFolder(stack: string, run: string): void {
  makeFolder(run, 0o700);
  writeConfiguration(stack, run);
  const locked = readIfPresent(join(stack, LOCK_FILE));
  if (locked !== undefined) writeFileAtomic(join(run, LOCK_FILE), locked);
  // Of an earlier run; `init` makes it anew.
  rmSync(join(run, DATA, "terraform.tfstate"), { force: true });
}

/** Takes another synthesis over into a run folder in which Terraform has been initialized. */
export function writeConfiguration(stack: string, run: string): void {
  const file = join(stack, CONFIGURATION);
  const purpose = { rule: "configuration/not-json", fix: "plan again: that synthesizes it" };
  const json = readJson(file, purpose);
  if (json === undefined) throw new UsageError({ ...purpose, file, message: "nothing is synthesized there" });
  const configuration = asObject(json.value);
  const terraform = { ...asObject(configuration.terraform), backend: { http: {} } };
  writeFileAtomic(join(run, CONFIGURATION), `${jsonText({ ...configuration, terraform }, 1)}\n`, { mode: 0o600 });
}

/** Names of Terraform's files in a stack's folder that are not synthesized ones. */
export function otherFiles(stack: string): readonly string[] {
  return namesIn(stack).filter((name) => name !== CONFIGURATION && /\.(tf|tfvars|tofu)(\.json)?$/.test(name));
}

const DATA = ".terraform";

/**
 * The environment of a Terraform in a run folder: a data folder of its own, and nothing of the user's that speaks of another `http`
 * backend, workspace, data folder or interval. What the state's server gives comes on top.
 */
export function servedEnvironment(env: NodeJS.ProcessEnv, run: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(TF_HTTP_.*|TF_STATE_PERSIST_INTERVAL|TF_DATA_DIR|TF_WORKSPACE)$/.test(name),
  );
  return { ...Object.fromEntries(kept), TF_DATA_DIR: join(run, DATA) };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
