import { guardedEnvironment } from "./child-environment";
import type { GuardEvent } from "./event";
import { recordEvent } from "./record-event";
import type { RunMessage } from "./run-message";
import { type Guard, startGuard } from "./server";

/** A guard at work, and the environment of a program behind it. */
export interface SettledGuard {
  readonly guard: Guard;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts a guard as it was settled. What happens at it goes into the journal first, then to `onEvent`.
 *
 * @param env the user's own environment
 * @throws UsageError as {@link startGuard}
 */
export async function startSettled(
  settings: NonNullable<RunMessage["guard"]>,
  env: NodeJS.ProcessEnv,
  onEvent: (event: GuardEvent) => void,
): Promise<SettledGuard> {
  const { host, expectation, patVariable, readAhead, workspaces, pauseFile, journal, configurationFile, tokens } =
    settings;
  const guard = await startGuard({
    upstream: host,
    env,
    expectation,
    pat: env[patVariable],
    readAhead,
    workspaces,
    pauseFile,
    onEvent: (event) => {
      const trouble = recordEvent(journal, event);
      if (trouble !== undefined) onEvent(trouble);
      onEvent(event);
    },
  });
  const { serviceUrl, proxyUrl } = guard;
  const { token } = host;
  const guidance = { configurationFile, serviceUrl, proxyUrl, token, tokens: new Map(Object.entries(tokens)) };
  return { guard, env: guardedEnvironment(env, guidance) };
}
