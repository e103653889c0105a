import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { Annotations, App } from "cdktf";
import { z } from "zod";
import { OrganizationStack } from "./constructs/organization-stack";
import { type Problem, UsageError } from "./errors";
import { readIfPresent, writeFileAtomic } from "./files/atomic";
import { readJson } from "./files/read-file";
import { describeOpenFile, openFiles } from "./files/secret-files";
import { fileSha256 } from "./files/sha256";
import { loadInventory } from "./inventory/inventory-file";
import type { Inventory } from "./inventory/schema";
import { stateDoubts } from "./inventory/state-doubts";
import { isGuarded } from "./migration/guard-variable";
import { planMigration } from "./migration/migration";
import type { MigrationPlan } from "./migration/migration-plan";
import { organizationKey } from "./organization/key";
import { loadOrganizations } from "./organization/load";
import type { Backend, Organization } from "./organization/organization";
import { localStatePath } from "./organization/state-place";
import type { JsonObject } from "./review/json";
import { jsonText } from "./util/json-text";
import { escapedInJson, printable } from "./util/plain-text";

/** From a stack's folder (`cdktf.out/stacks/NAME`, where Terraform runs) up to the project. */
const TO_PROJECT = "../../..";

/** A stack's configuration in its folder. */
export const CONFIGURATION_FILE = "cdk.tf.json";

/**
 * The CDKTF app of a project folder: one stack for each file in `organizations/`.
 *
 * @param env tells whether it runs behind the guard
 * @param warn called where there is no stack to warn of. Other warnings, such as that an organization has no inventory yet, are
 * annotations of its stack: the cdktf CLI prints those, and calls whatever an app writes to standard error an error.
 * @throws UsageError with every problem of every organization.
 */
export function buildApp(app: App, root: string, env: NodeJS.ProcessEnv, warn: (line: string) => void): void {
  const problems: Problem[] = [];
  const organizations = loadOrganizations(root);
  if (organizations.length === 0)
    warn("there is no organization file yet; next: write organizations/ORG.yaml (docs/reference/organization-file.md)");
  for (const organization of organizations) {
    const key = organizationKey(organization);
    let inventory: Inventory | undefined;
    try {
      inventory = loadInventory(root, key);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
      continue;
    }
    const plan = planMigration(organization, inventory, isGuarded(env) ? {} : { unguarded: true });
    const found = [...plan.problems, ...stateDoubts(root, organization, inventory, plan)];
    if (found.length > 0) {
      problems.push(...found);
      continue;
    }
    const annotations = Annotations.of(addStack(app, organization, plan));
    if (inventory === undefined) {
      annotations.addWarning(
        `no inventory yet, so the stack contains only the new connection; next: repoint inventory ${key}`,
      );
    }
    const stack = join("cdktf.out", "stacks", key);
    const run = join(".repoint", key, "run");
    for (const open of openFiles({ root, stack, run, organization, env })) {
      annotations.addWarning(printable(describeOpenFile(open)));
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
}

/** One organization's configuration, as Terraform reads it. */
export interface Synthesized {
  /** SHA-256, in hex, of the configuration's text. */
  readonly sha256: string;
  /** The same in Terraform's JSON syntax, as a value. */
  readonly configuration: JsonObject;
}

/**
 * Synthesizes one organization into `cdktf.out/stacks/NAME`, the very text that `cdktf synth` writes there.
 *
 * @throws UsageError with every problem of the plan.
 */
export function synthesize(root: string, organization: Organization, plan: MigrationPlan): Synthesized {
  return synthesizeInto(join(root, "cdktf.out"), organization, plan);
}

/** What {@link synthesize} would write. The project's folder stays as it is. @throws UsageError with every problem of the plan */
export function synthesizeAside(organization: Organization, plan: MigrationPlan): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), "repoint-synth-"));
  try {
    return synthesizeInto(folder, organization, plan);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function synthesizeInto(outdir: string, organization: Organization, plan: MigrationPlan): Synthesized {
  if (plan.problems.length > 0) throw new UsageError(plan.problems);
  const app = new App({ outdir });
  addStack(app, organization, plan);
  synthApp(app);
  const file = join(outdir, "stacks", organizationKey(organization), CONFIGURATION_FILE);
  return { sha256: fileSha256(file), configuration: readConfigurationFile(file) };
}

/** What {@link synthesize} would write, as a value. Nothing is written. */
export function configurationOf(organization: Organization, plan: MigrationPlan): JsonObject {
  // cdktf makes an app's output folder when it makes the app; this one is there already.
  const stack = addStack(new App({ outdir: tmpdir() }), organization, plan);
  return JSON.parse(jsonText(stack.toTerraform()));
}

/** A configuration in Terraform's JSON syntax. @throws UsageError when there is no such file, or something else in it. */
export function readConfigurationFile(file: string): JsonObject {
  const purpose = { rule: "configuration/not-json", fix: "name the file `cdk.tf.json` that `cdktf synth` writes" };
  const json = readJson(file, purpose);
  const found = z.record(z.string(), z.json()).safeParse(json?.value);
  if (found.success) return found.data;
  const message = json === undefined ? "there is no such file" : "it is not a Terraform configuration in JSON";
  throw new UsageError({ ...purpose, file, message });
}

/**
 * Synthesizes an app, writes what cannot be seen in its JSON as `\\uXXXX` (cdktf does not), and removes what an earlier synthesis in the other format left: Terraform would read JSON and HCL side
 * by side, and find everything declared twice.
 */
export function synthApp(app: App): void {
  app.synth();
  for (const stack of app.node.children) {
    const folder = join(app.outdir, "stacks", stack.node.id);
    rmSync(join(folder, app.hclOutput ? CONFIGURATION_FILE : "cdk.tf"), { force: true });
    const json = join(folder, app.hclOutput ? "metadata.json" : CONFIGURATION_FILE);
    const text = readIfPresent(json)?.toString("utf8");
    if (text !== undefined) writeFileAtomic(json, escapedInJson(text));
  }
}

function addStack(app: App, organization: Organization, plan: MigrationPlan): OrganizationStack {
  return new OrganizationStack(app, organizationKey(organization), { plan, backend: fromStackFolder(organization) });
}

/** A local backend's path is relative to the project in the organization file and to the stack's folder for Terraform. */
function fromStackFolder(organization: Organization): Backend {
  const { backend } = organization;
  if (backend.type !== "local") return backend;
  const path = posix.join(TO_PROJECT, localStatePath(organization));
  return { type: "local", settings: { ...backend.settings, path } };
}
