import { z } from "zod";
import { GuardExpectation } from "./expectation";

/** What a process is told that runs a program, behind a guard or without one. It may hold tokens: it goes from process to process. */
export const RunMessage = z.strictObject({
  program: z.string(),
  args: z.array(z.string()),
  /** Whether the program goes on when the process that asked for it has ended. */
  outlives: z.boolean(),
  /** The file of a state that is served to the program; null for none. */
  state: z.string().nullable(),
  guard: z
    .strictObject({
      /** The organization's host, where its API is, and the token for it. */
      host: z.strictObject({ hostname: z.string(), apiUrl: z.string(), token: z.string(), tokenSource: z.string() }),
      expectation: GuardExpectation,
      /** The variable of this process's environment that holds the personal access token of a connection that is made. */
      patVariable: z.string(),
      readAhead: z.boolean(),
      /** How many workspaces the configuration holds. */
      workspaces: z.number().int().nonnegative(),
      configurationFile: z.string(),
      /** Tokens of other hosts, by hostname. */
      tokens: z.record(z.string(), z.string()),
      pauseFile: z.string(),
      /** Gets a line for each write; null where nobody keeps one. */
      journal: z.string().nullable(),
    })
    .nullable(),
});
export type RunMessage = z.infer<typeof RunMessage>;

/** What that process tells. */
export type FromRun =
  /** The program runs. */
  | { readonly type: "started"; readonly pid: number }
  | { readonly type: "event"; readonly event: import("./event").GuardEvent }
  /** It could not begin. */
  | { readonly type: "failed"; readonly message: string; readonly fix: string | null };
