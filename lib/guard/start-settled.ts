import type { ChildProcess } from "node:child_process";
import { guardedEnvironment } from "./child-environment";
import type { GuardEvent } from "./event";
import { handConsumers, handedConsumers } from "./handed-consumers";
import { recordEvent } from "./record-event";
import type { GuardSettings } from "./run-message";
import { type Guard, startGuard } from "./server";

/** A guard at work. */
export interface SettledGuard {
  readonly guard: Guard;
  /** The environment of a program behind it. @param env the program's own */
  readonly environment: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  /** Keeps for the apply what a plan's guard read; to be called when the program has ended. */
  readonly keep: () => void;
  /** Sets what is to be done, once, when something was refused and nothing that writes passes any more. */
  readonly onRefusal: (act: () => void) => void;
}

/**
 * Has Terraform end in good order, its state saved: it would go on with all that is left, and print the same error for each. Windows has
 * no such signal.
 */
export function interrupt(terraform: ChildProcess): void {
  if (process.platform !== "win32") terraform.kill("SIGINT");
}

/**
 * Starts a guard as it was settled. What happens at it goes into the journal first, then to `onEvent`.
 *
 * @param env the user's own environment
 * @throws UsageError as {@link startGuard}
 */
export async function startSettled(
  settings: GuardSettings,
  env: NodeJS.ProcessEnv,
  onEvent: (event: GuardEvent) => void,
): Promise<SettledGuard> {
  const { host, expectation, patVariable, readAhead, workspaces, consumers, pauseFile } = settings;
  const { journal, configurationFile, tokens } = settings;
  const handed = consumers?.what === "use" && readAhead ? handedConsumers(consumers.file) : new Map();
  if (typeof handed === "string") onEvent({ type: "note", text: handed });
  let atRefusal: (() => void) | undefined;
  const guard = await startGuard({
    upstream: host,
    env,
    expectation,
    pat: env[patVariable],
    readAhead,
    workspaces,
    consumers: typeof handed === "string" ? new Map() : handed,
    readsAtOnce: consumers?.what === "keep",
    pauseFile,
    onEvent: (event) => {
      const trouble = recordEvent(journal, event);
      if (trouble !== undefined) onEvent(trouble);
      onEvent(event);
      if (event.type !== "refused" || guard.summary().stopped === undefined) return;
      atRefusal?.();
      atRefusal = undefined;
    },
  });
  const { serviceUrl, proxyUrl } = guard;
  const { token } = host;
  const guidance = { configurationFile, serviceUrl, proxyUrl, token, tokens: new Map(Object.entries(tokens)) };
  return {
    guard,
    environment: (own) => guardedEnvironment(own, guidance),
    keep: () => {
      const trouble = consumers?.what === "keep" ? handConsumers(consumers.file, guard.consumers()) : undefined;
      if (trouble !== undefined) onEvent({ type: "note", text: trouble });
    },
    onRefusal: (act) => {
      atRefusal = act;
    },
  };
}
