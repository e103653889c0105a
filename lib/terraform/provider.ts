import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import type { TerraformBinary } from "./find";

const run = promisify(execFile);

/** The version of `hashicorp/tfe` that Repoint's stacks ask for (`~> 0.80.0`). */
export const PROVIDER_VERSION = "0.80.0";
/** Older than this, the provider cannot change `oauth_token` in place. */
const OLDEST_MINOR = 69;
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
  if (env.REPOINT_PROVIDER_MIRROR !== undefined && env.REPOINT_PROVIDER_MIRROR !== "")
    return env.REPOINT_PROVIDER_MIRROR;
  return join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), ".cache"), "repoint", "providers");
}

/**
 * Gets the provider for the embedded sandbox and the end-to-end tests: from the mirror when it is there, else by Terraform's
 * own download, else as a Go module. When neither gives {@link PROVIDER_VERSION}, the newest other version in the mirror
 * that can do the work is taken, and `how` says so.
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
  for (const [way, get] of [
    ["Terraform's own download", download],
    [`the Go module github.com/hashicorp/terraform-provider-tfe@v${PROVIDER_VERSION}`, buildModule],
  ] as const) {
    onProgress(`hashicorp/tfe ${PROVIDER_VERSION}: trying ${way}`);
    try {
      await get(mirror, terraform, env);
      return { type: "ready", mirror, version: PROVIDER_VERSION, how: way };
    } catch (error) {
      attempts.push({ way, failure: reason(error) });
    }
  }
  const other = heldVersion(mirror);
  if (other === undefined) return { type: "missing", mirror, attempts };
  const why = attempts.map(({ way, failure }) => `${way}: ${failure}`).join("; ");
  return {
    type: "ready",
    mirror,
    version: other,
    how: `found in the mirror; ${PROVIDER_VERSION} could not be had (${why})`,
  };
}

/** The version that a mirror would give: {@link PROVIDER_VERSION}, else the newest that can do the work; undefined without one. */
export function heldVersion(mirror: string): string | undefined {
  const versions = versionsIn(mirror);
  return versions.includes(PROVIDER_VERSION) ? PROVIDER_VERSION : versions.filter(isUsable).sort(byVersion).at(-1);
}

async function download(mirror: string, terraform: TerraformBinary, env: NodeJS.ProcessEnv): Promise<void> {
  await intoMirror(mirror, async (folder) => {
    const project = mkdtempSync(join(tmpdir(), "repoint-provider-"));
    try {
      const source = { source: "hashicorp/tfe", version: PROVIDER_VERSION };
      writeFileSync(
        join(project, "main.tf.json"),
        JSON.stringify({ terraform: { required_providers: { tfe: source } } }),
      );
      await run(terraform.command, [`-chdir=${project}`, "providers", "mirror", folder], {
        env: { ...env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
        timeout: 10 * MINUTES,
      });
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });
}

async function buildModule(mirror: string, _terraform: TerraformBinary, env: NodeJS.ProcessEnv): Promise<void> {
  await intoMirror(mirror, async (folder) => {
    const platform = join(folder, NAME, PROVIDER_VERSION, await goPlatform(env));
    mkdirSync(platform, { recursive: true });
    await run("go", ["install", `github.com/hashicorp/terraform-provider-tfe@v${PROVIDER_VERSION}`], {
      env: { ...env, GOBIN: platform, GOFLAGS: "" },
      timeout: 30 * MINUTES,
    });
    renameSync(join(platform, "terraform-provider-tfe"), join(platform, `terraform-provider-tfe_v${PROVIDER_VERSION}`));
  });
}

async function goPlatform(env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run("go", ["env", "GOOS", "GOARCH"], { env });
  return stdout.trim().split(/\s+/).join("_");
}

/** Fills a folder beside the mirror, then renames what came into its place: a killed run leaves no half a provider. */
async function intoMirror(mirror: string, fill: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(mirror, { recursive: true });
  const folder = mkdtempSync(join(mirror, ".incoming-"));
  try {
    await fill(folder);
    const from = join(folder, NAME);
    const to = join(mirror, NAME);
    mkdirSync(to, { recursive: true });
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
    `    path    = ${JSON.stringify(mirror)}`,
    `    include = ["${NAME}"]`,
    "  }",
    "  direct {",
    `    exclude = ["${NAME}"]`,
    "  }",
    "}",
    "",
  ].join("\n");
}
