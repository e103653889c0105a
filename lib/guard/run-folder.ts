import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors";
import { readIfPresent, writeFileAtomic } from "../files/atomic";
import { makeFolder } from "../files/make-folder";
import { readJson } from "../files/read-file";
import { textSha256 } from "../files/sha256";
import { errorCode } from "../util/error-code";
import { jsonText } from "../util/json-text";

const CONFIGURATION = "cdk.tf.json";
const LOCK_FILE = ".terraform.lock.hcl";
/** In the data folder: what `init` notes of the backend. */
const STATE = "terraform.tfstate";

/**
 * Makes a folder in which Terraform runs with a served state: the stack's configuration with the `http` backend, whose address comes
 * from the environment and stands in no file, and the provider versions that the stack's folder has locked. The stack's folder stays
 * as it is, for `cdktf` and plain Terraform. Both folders are equally deep in the project: what is relative stays true.
 */
export function makeRunFolder(stack: string, run: string, terraformVersion: string): RunFolder {
  makeFolder(run, 0o700);
  const settings = writeConfiguration(stack, run);
  const locked = readIfPresent(join(stack, LOCK_FILE));
  if (locked !== undefined) writeFileAtomic(join(run, LOCK_FILE), locked);
  const mark = join(run, DATA, "repoint-initialized");
  const isInitialized = readIfPresent(mark)?.toString("utf8") === initialization(run, terraformVersion, settings);
  // `init` makes it anew.
  if (!isInitialized) for (const file of [mark, join(run, DATA, STATE)]) rmSync(file, { force: true });
  return {
    isInitialized,
    initialized: () => writeFileAtomic(mark, initialization(run, terraformVersion, settings)),
  };
}

/** A folder that is ready for `terraform init`, or for what comes after it. */
export interface RunFolder {
  /** Whether `terraform init` has been run in it, and would do nothing now. */
  readonly isInitialized: boolean;
  /** To be called after `terraform init`. */
  readonly initialized: () => void;
}

/**
 * All that `terraform init` goes by and makes: Terraform's version, the configuration's `terraform` block, the locked versions, the
 * backend that it noted, and the provider's files. While it stays the same, `init` has nothing to do.
 */
function initialization(run: string, terraformVersion: string, settings: unknown): string {
  const [lock = null, backend = null] = [join(run, LOCK_FILE), join(run, DATA, STATE)].map((file) =>
    readIfPresent(file)?.toString("utf8"),
  );
  return textSha256(
    jsonText({ terraformVersion, settings, lock, backend, files: filesBelow(join(run, DATA, "providers")) }),
  );
}

/** The files below a folder with their sizes and times; links are followed, since a provider's folder may lead into a mirror. */
function filesBelow(folder: string): readonly (readonly [string, number, number])[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isDirectory() ? filesBelow(path) : [[path, stat.size, stat.mtimeMs] as const];
  });
}

/** Takes another synthesis over into a run folder in which Terraform has been initialized. @returns its `terraform` block */
export function writeConfiguration(stack: string, run: string): unknown {
  const file = join(stack, CONFIGURATION);
  const purpose = { rule: "configuration/not-json", fix: "plan again, which synthesizes it" };
  const json = readJson(file, purpose);
  if (json === undefined)
    throw new UsageError({ ...purpose, file, message: "it contains no synthesized configuration" });
  const configuration = asObject(json.value);
  const terraform = { ...asObject(configuration.terraform), backend: { http: {} } };
  writeFileAtomic(join(run, CONFIGURATION), `${jsonText({ ...configuration, terraform }, 1)}\n`, { mode: 0o600 });
  return terraform;
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
