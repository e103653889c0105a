import { UsageError } from "../../errors";
import type { HeldLock } from "../../files/lock";
import { loadInventory } from "../../inventory/file";
import { desiredConnection } from "../../migration/connection";
import { condensePlan } from "../../terraform/condense-plan";
import { requireTerraform } from "../../terraform/find";
import { Terraform } from "../../terraform/terraform";
import { variableOf } from "../../util/environment";
import { fileTrouble } from "../../util/file-trouble";
import { printLines } from "../print";
import { secretsOf } from "../secrets";
import type { Context } from "./context";
import { maskLines } from "./mask-lines";

/** How much of Terraform's output is passed on. */
export interface TerraformTelling {
  /** Whether a plan tells every attribute of every change. @default true */
  readonly fullPlan?: boolean;
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
export function terraformOf(context: Context, options: TerraformTelling = {}): RunningTerraform {
  const { io, organization, paths } = context;
  const variable = `TF_VAR_${organization.connection.tokenVariable}`;
  if (makesConnection(context) && variableOf(io.env, variable) === undefined) {
    throw new UsageError({
      rule: "run/no-token",
      message: `${variable} is not set: it holds the GitLab personal access token of the new connection`,
      fix: `read -rs ${variable} && export ${variable}`,
    });
  }
  const told =
    options.fullPlan === false ? condensePlan((text) => printLines(io.stdout, text), showHint(context)) : undefined;
  // The provider repeats what a server says, and some servers and proxies repeat what they were sent.
  const secrets = secretsOf(io);
  const stdout = maskLines((text) => {
    if (told === undefined) printLines(io.stdout, text);
    else told.add(Buffer.from(text));
  }, secrets);
  const stderr = maskLines((text) => printLines(io.stderr, text), secrets);
  return {
    terraform: new Terraform({
      binary: requireTerraform(io.env),
      folder: paths.stack,
      env: io.env,
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

function showHint({ paths }: Context): string {
  return `repoint plan ${paths.key} --full, or repoint review ${paths.key} --verbose`;
}
