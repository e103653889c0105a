import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { makeFolder } from "../files/make-folder";
import { variableOf } from "../util/environment";
import { jsonText } from "../util/json-text";
import { PROVIDER_VERSION } from "../util/tfe-provider";
import type { TerraformBinary } from "./find";

const run = promisify(execFile);

/** What is taken where {@link PROVIDER_VERSION} cannot be had (docs/decisions/0004-another-provider-version.md). */
const FALLBACK_VERSION = "0.79.0";
/** Older than this, the provider cannot change `oauth_token` in place. */
const OLDEST_MINOR = 69;
const MODULE = "github.com/hashicorp/terraform-provider-tfe";
const NAME = "registry.terraform.io/hashicorp/tfe";
const MINUTES = 60_000;

/** A filesystem mirror that holds the provider, or every way that was tried to get it. */
export type ProviderMirror =
  | { readonly type: "ready"; readonly mirror: string; readonly version: string; readonly how: string }
  | { readonly type: "missing"; readonly mirror: string; readonly attempts: readonly ProviderAttempt[] };

/** One way to get the provider, and how it failed. */
export interface ProviderAttempt {
  readonly way: string;
  readonly failure: string;
}

/** The mirror's folder: `REPOINT_PROVIDER_MIRROR`, else `repoint/providers` in the user's cache folder. */
export function mirrorFolder(env: NodeJS.ProcessEnv): string {
  const named = variableOf(env, "REPOINT_PROVIDER_MIRROR");
  if (named !== undefined) return named;
  const cache = variableOf(env, "XDG_CACHE_HOME") ?? join(variableOf(env, "HOME") ?? homedir(), ".cache");
  return join(cache, "repoint", "providers");
}

/**
 * Gets the provider for the embedded sandbox and the end-to-end tests: from the mirror when it is there, else by Terraform's
 * own download, else as a Go module. When neither gives {@link PROVIDER_VERSION}, the newest other version in the mirror
 * that can do the work is taken, else the Go module of the version before it, and `how` says so.
 *
 * @param onProgress told each step before it is tried.
 */
export async function getProvider(
  terraform: TerraformBinary,
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void = () => {},
): Promise<ProviderMirror> {
  const mirror = mirrorFolder(env);
  if (versionsIn(mirror).includes(PROVIDER_VERSION)) {
    return { type: "ready", mirror, version: PROVIDER_VERSION, how: "cached" };
  }
  const attempts: ProviderAttempt[] = [];
  const tried = async (version: string, way: string, fill: Fill): Promise<boolean> => {
    onProgress(`hashicorp/tfe ${version}: trying ${way}`);
    try {
      await intoMirror(mirror, fill);
      return true;
    } catch (error) {
      attempts.push({ way, failure: reason(error) });
      return false;
    }
  };
  const download: Fill = (folder) => downloadInto(folder, terraform, env);
  const build =
    (version: string): Fill =>
    (folder) =>
      buildModuleInto(folder, version, env);
  for (const [way, fill] of [
    ["Terraform's own download", download],
    [goModule(PROVIDER_VERSION), build(PROVIDER_VERSION)],
  ] as const) {
    if (await tried(PROVIDER_VERSION, way, fill)) return { type: "ready", mirror, version: PROVIDER_VERSION, how: way };
  }
  const why = attempts.map(({ way, failure }) => `${way}: ${failure}`).join("; ");
  const instead = (version: string, where: string): ProviderMirror => {
    return { type: "ready", mirror, version, how: `${where}; ${PROVIDER_VERSION} could not be obtained (${why})` };
  };
  const other = heldVersion(mirror);
  if (other !== undefined) return instead(other, "found in the mirror");
  const way = goModule(FALLBACK_VERSION);
  return (await tried(FALLBACK_VERSION, way, build(FALLBACK_VERSION)))
    ? instead(FALLBACK_VERSION, way)
    : { type: "missing", mirror, attempts };
}

/** The version that a mirror would give: {@link PROVIDER_VERSION}, else the newest that can do the work; undefined without one. */
export function heldVersion(mirror: string): string | undefined {
  const versions = versionsIn(mirror);
  return versions.includes(PROVIDER_VERSION) ? PROVIDER_VERSION : versions.filter(isUsable).sort(byVersion).at(-1);
}

/** Puts one version into a folder that is laid out as a mirror. */
type Fill = (folder: string) => Promise<void>;

function goModule(version: string): string {
  return `the Go module ${MODULE}@v${version}`;
}

async function downloadInto(folder: string, terraform: TerraformBinary, env: NodeJS.ProcessEnv): Promise<void> {
  const project = mkdtempSync(join(tmpdir(), "repoint-provider-"));
  try {
    const source = { source: "hashicorp/tfe", version: PROVIDER_VERSION };
    writeFileSync(join(project, "main.tf.json"), jsonText({ terraform: { required_providers: { tfe: source } } }));
    await run(terraform.command, [`-chdir=${project}`, "providers", "mirror", folder], {
      env: { ...env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
      timeout: 10 * MINUTES,
    });
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** `go install` would do, but it also asks for the list of all versions, which not every module proxy has. */
async function buildModuleInto(folder: string, version: string, env: NodeJS.ProcessEnv): Promise<void> {
  const go = { env: { ...env, GOFLAGS: "" }, cwd: folder, timeout: 30 * MINUTES };
  const { stdout } = await run("go", ["mod", "download", "-json", `${MODULE}@v${version}`], go).catch((error) => {
    // What is wrong with a module stands in the JSON, not on standard error.
    const said = /"Error": (".*")/.exec(property(error, "stdout"))?.[1];
    throw said === undefined ? error : new Error(JSON.parse(said));
  });
  const source = property(JSON.parse(stdout), "Dir");
  const binary = join(folder, NAME, version, await goPlatform(env), `terraform-provider-tfe_v${version}`);
  await run("go", ["build", "-C", source, "-o", binary, "."], go);
}

async function goPlatform(env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run("go", ["env", "GOOS", "GOARCH"], { env });
  return stdout.trim().split(/\s+/).join("_");
}

/** Fills a folder beside the mirror, then renames what came into its place: a killed run leaves no half a provider. */
async function intoMirror(mirror: string, fill: Fill): Promise<void> {
  makeFolder(mirror);
  const folder = mkdtempSync(join(mirror, ".incoming-"));
  try {
    await fill(folder);
    const from = join(folder, NAME);
    const to = join(mirror, NAME);
    makeFolder(to);
    for (const entry of readdirSync(from)) {
      if (!existsSync(join(to, entry)) || entry.endsWith(".json")) renameSync(join(from, entry), join(to, entry));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Versions in a mirror, in both of its layouts: unpacked folders and zip archives (`terraform providers mirror`). */
function versionsIn(mirror: string): readonly string[] {
  const folder = join(mirror, NAME);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((entry) => {
    const packed = /^terraform-provider-tfe_(\d+\.\d+\.\d+)_.+\.zip$/.exec(entry)?.[1];
    if (packed !== undefined) return [packed];
    return /^\d+\.\d+\.\d+$/.test(entry) ? [entry] : [];
  });
}

function isUsable(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 0 || minor >= OLDEST_MINOR;
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** The part of a tool's message that holds the reason, on one line. */
function reason(error: unknown): string {
  const said = property(error, "stderr") || property(error, "message") || String(error);
  const text = stripVTControlCharacters(said).replace(/[│╷╵]/g, "").replace(/\s+/g, " ").trim();
  return text.slice(Math.max(0, text.indexOf("Error:"))).slice(0, 400);
}

function property(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null || !(name in value)) return "";
  return String(Reflect.get(value, name)).trim();
}

/** The Terraform CLI configuration that takes the provider from a mirror and everything else as usual. */
export function mirrorInstallation(mirror: string): string {
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${jsonText(mirror)}`,
    `    include = ["${NAME}"]`,
    "  }",
    "  direct {",
    `    exclude = ["${NAME}"]`,
    "  }",
    "}",
    "",
  ].join("\n");
}
