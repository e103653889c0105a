import type { Out } from "../../cli/io";
import { printLines } from "../../cli/print";
import { secretsOf } from "../../cli/secrets";
import { UsageError } from "../../errors";
import type { HeldLock } from "../../files/lock";
import type { PlanMeta } from "../../files/plan-meta";
import type { GuardEvent } from "../../guard/event";
import { type GuardSettings, type Runner, startRunner } from "../../guard/launch";
import { servedEnvironment } from "../../guard/run-folder";
import { loadInventory } from "../../inventory/inventory-file";
import { desiredConnection } from "../../migration/new-connection";
import type { Lines } from "../../terraform/by-line";
import { withoutHalted } from "../../terraform/condense-apply";
import { requireTerraform } from "../../terraform/find";
import {
  type StartedTerraform,
  startDirectly,
  Terraform,
  type TerraformOptions,
  type TerraformStart,
} from "../../terraform/terraform";
import { variableOf } from "../../util/environment";
import { fileTrouble } from "../../util/file-trouble";
import { PRIVATE, withUmask } from "../../util/umask";
import type { Context } from "./context";
import { maskLines } from "./mask-lines";
import { stateFile } from "./terraform-state";

/** How Terraform is run, and how much of its output is passed on. */
export interface TerraformRun {
  /** What stands between the provider and the server, wherever the provider asks it. */
  readonly guard?: GuardSettings;
  /** Runs what asks the server, with its guard at work already. @default it is started when it is needed */
  readonly runner?: Runner;
  /** Told what happens at the guard. */
  readonly onEvent?: (event: GuardEvent) => void;
  /** Takes the place of the terminal for what Terraform says on its standard output. */
  readonly condense?: (write: (text: string) => void) => Lines;
  /** Told what Terraform says on its standard error, without secrets. */
  readonly onErrorText?: (text: string) => void;
  /** Clears what was drawn on the terminal before a line of Terraform's. */
  readonly beforeLine?: () => void;
}

/** How Terraform comes to its state, as {@link PlanMeta} keeps it. */
export interface TerraformState {
  readonly state: PlanMeta["state"];
}

/** Terraform, and what to call when its work is done: it passes on a last line that has no end. */
export interface RunningTerraform {
  readonly terraform: Terraform;
  readonly finish: () => void;
}

/**
 * Terraform on the organization's stack; its progress goes to the user's terminal.
 *
 * @throws UsageError when the variable that holds the personal access token is not set.
 */
export function terraformOf(context: Context, options: TerraformRun & TerraformState): RunningTerraform {
  const { io } = context;
  requireToken(context);
  const out = (stream: Out) => (text: string) => {
    options.beforeLine?.();
    printLines(stream, text);
  };
  const told = options.condense?.(out(io.stdout));
  // The provider repeats what a server says, and some servers and proxies repeat what they were sent.
  const secrets = secretsOf(io);
  const stdout = maskLines((text) => {
    if (told === undefined) out(io.stdout)(text);
    else told.add(Buffer.from(text));
  }, secrets);
  const stderr = maskLines((text) => {
    options.onErrorText?.(text);
    out(io.stderr)(told === undefined ? text : withoutHalted(text));
  }, secrets);
  return {
    terraform: new Terraform({
      ...terraformPlace(context, options.state),
      resources: options.guard?.workspaces.length ?? 0,
      start: (start) => startGuarded(start, options, io.env, options.state === "served" ? stateFile(context) : null),
      onProcess: (process) => noteChild(context, process),
      output: {
        stdout: stdout.add,
        stderr: stderr.add,
        end: () => {
          stdout.end();
          stderr.end();
        },
      },
    }),
    finish: () => told?.end(),
  };
}

function startGuarded(
  start: TerraformStart,
  { guard, runner: early, onEvent = () => {} }: TerraformRun,
  env: NodeJS.ProcessEnv,
  state: string | null,
): StartedTerraform {
  if (!start.outlives && !start.asksServer && state === null) return startDirectly(start);
  if (start.asksServer && guard === undefined) throw new Error(`no guard was prepared for terraform ${start.args[1]}`);
  const isEarly = start.asksServer && early?.isThere() === true;
  const runner = isEarly ? early : startRunner(start.asksServer ? (guard ?? null) : null, env, onEvent);
  return runner.run({ ...start, state }, start);
}

/**
 * Starts the process that will run Terraform's plan: its guard reads ahead while the configuration is synthesized and initialized. To be
 * ended when the plan is made, or is not to be made.
 */
export function startPlanRunner({ io }: Context, { guard, onEvent = () => {} }: TerraformRun): Runner | undefined {
  return guard === undefined ? undefined : withUmask(PRIVATE, () => startRunner(guard, io.env, onEvent));
}

/** Terraform, where it runs, and its environment, by how it comes to its state. */
export function terraformPlace(
  { io, paths }: Context,
  state: PlanMeta["state"],
): Pick<TerraformOptions, "binary" | "folder" | "env" | "unlock"> {
  const binary = requireTerraform(io.env);
  if (state === "own") return { binary, folder: paths.stack, env: io.env };
  return {
    binary,
    folder: paths.run,
    env: servedEnvironment(io.env, paths.run),
    unlock: `repoint plan ${paths.key}, which asks Terraform's own lock`,
  };
}

/** @throws UsageError when the variable that holds the personal access token is not set */
export function requireToken(context: Context): void {
  const { io, organization } = context;
  const variable = `TF_VAR_${organization.connection.tokenVariable}`;
  if (variableOf(io.env, variable) !== undefined || !makesConnection(context)) return;
  throw new UsageError({
    rule: "run/no-token",
    message: `${variable} is not set: it holds the GitLab personal access token of the new connection`,
    fix: `read -rs ${variable} && export ${variable}`,
  });
}

/** Whether the connection is a resource: one that is only referred to needs no token here. */
function makesConnection({ organization, paths }: Context): boolean {
  return desiredConnection(organization, loadInventory(paths.root, paths.key)).connection.type === "create";
}

/** A disk that is full is no reason to stop what runs already. */
function noteChild({ holding }: Context, process: Parameters<HeldLock["noteChild"]>[0]): void {
  try {
    holding.lock?.noteChild(process);
  } catch (error) {
    if (fileTrouble(error) === undefined) throw error;
  }
}
