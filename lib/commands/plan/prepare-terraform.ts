import { join, resolve } from "node:path";
import { readIfPresent } from "../../files/atomic";
import { readLocalState } from "../../files/local-state";
import { whyNotReplaced } from "../../files/replaceable";
import { makeRunFolder, otherFiles, writeConfiguration } from "../../guard/run-folder";
import { notImportable, type StateWay, stateWay } from "../../guard/state-way";
import type { DesiredConnection } from "../../migration/migration-plan";
import { stateHolder } from "../../terraform/state-holder";
import { variableOf } from "../../util/environment";
import type { Context } from "../shared/context";
import { type RunningTerraform, type TerraformRun, terraformOf } from "../shared/run-terraform";
import { stateFile } from "../shared/terraform-state";

export interface PreparedTerraform extends RunningTerraform {
  readonly way: StateWay;
}

/** Decides how Terraform comes to its state, makes the folder where it runs, and initializes it there. */
export async function prepareTerraform(
  context: Context,
  connection: DesiredConnection,
  telling: TerraformRun,
): Promise<PreparedTerraform> {
  const way = stateWayOf(context, connection);
  const { paths } = context;
  const running = terraformOf(context, { ...telling, state: way.type });
  const { terraform } = running;
  const folder = way.type === "served" ? makeRunFolder(paths.stack, paths.run, terraform.version) : undefined;
  // Who has given `init` arguments of its own, such as -upgrade, wants it run.
  if (folder?.isInitialized === true && variableOf(context.io.env, "TF_CLI_ARGS_init") === undefined)
    return { ...running, way };
  context.say("terraform init …");
  await terraform.init();
  folder?.initialized();
  return { ...running, way };
}

/** The same after another synthesis: initialized again only where the way has become another one. */
export async function prepareAgain(
  context: Context,
  connection: DesiredConnection,
  telling: TerraformRun,
  before: PreparedTerraform,
): Promise<PreparedTerraform> {
  const way = stateWayOf(context, connection);
  if (way.type !== before.way.type) return prepareTerraform(context, connection, telling);
  if (way.type === "served") writeConfiguration(context.paths.stack, context.paths.run);
  return { ...before, way };
}

/** The ids of the managed resources in the state, by address. From a file that is served they are read without Terraform. */
export async function heldIds(
  context: Context,
  { way, terraform }: PreparedTerraform,
): Promise<ReadonlyMap<string, string>> {
  if (way.type === "own") return terraform.stateIds();
  const state = readLocalState(stateFile(context));
  return state.type === "read" ? state.ids : new Map();
}

function stateWayOf(context: Context, connection: DesiredConnection): StateWay {
  const { organization, paths, io } = context;
  const { type: backend } = organization.backend;
  if (backend !== "local") return { type: "own", reason: `the backend is ${backend}` };
  const file = stateFile(context);
  const state = readLocalState(file);
  return stateWay({
    workspace: workspaceOf(context),
    extraArguments: Object.entries(io.env)
      .flatMap(([name, value]) => (/^TF_CLI_ARGS(_|$)/.test(name) ? [value ?? ""] : []))
      .join(" "),
    otherFiles: otherFiles(paths.stack),
    fixedFile: whyNotReplaced(file),
    holder: stateHolder(file)?.text,
    notImportable: notImportable(connection),
    held: state.type === "read" ? state.addresses : new Set(),
  });
}

/** The workspace that Terraform would be in; `terraform workspace select` keeps it in the data folder (`Meta.Workspace`). */
function workspaceOf({ paths, io }: Context): string {
  const named = io.env.TF_WORKSPACE ?? "";
  if (named !== "") return named;
  const data = resolve(paths.stack, io.env.TF_DATA_DIR || ".terraform");
  const selected = readIfPresent(join(data, "environment"))?.toString("utf8").trim() ?? "";
  return selected === "" ? "default" : selected;
}
