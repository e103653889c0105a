import { z } from "zod";
import { GuardExpectation } from "./expectation";

/** The guard that a program is to run behind. */
const GuardMessage = z.strictObject({
  /** The organization's host, where its API is, and the token for it. */
  host: z.strictObject({ hostname: z.string(), apiUrl: z.string(), token: z.string(), tokenSource: z.string() }),
  expectation: GuardExpectation,
  /** The variable of this process's environment that holds the personal access token of a connection that is made. */
  patVariable: z.string(),
  readAhead: z.boolean(),
  /** The ids of the workspaces that the configuration holds. */
  workspaces: z.array(z.string()),
  /** Remote state consumers: a plan's guard keeps what it reads of them in a file, and the guard of its apply uses that. */
  consumers: z.strictObject({ what: z.enum(["keep", "use"]), file: z.string() }).nullable(),
  configurationFile: z.string(),
  /** Tokens of other hosts, by hostname. */
  tokens: z.record(z.string(), z.string()),
  pauseFile: z.string(),
  /** Gets a line for each write; null where nobody keeps one. */
  journal: z.string().nullable(),
});
export type GuardSettings = z.infer<typeof GuardMessage>;

/**
 * What a process is told that runs a program. It may hold tokens: it goes from process to process. The guard comes first, if there is
 * one: it may read ahead before the program is known.
 */
export const ToRun = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("guard"), guard: GuardMessage }),
  z.strictObject({
    type: z.literal("run"),
    program: z.string(),
    args: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    /** Whether the program goes on when the process that asked for it has ended. */
    outlives: z.boolean(),
    /** The file of a state that is served to the program; null for none. */
    state: z.string().nullable(),
  }),
]);
export type ToRun = z.infer<typeof ToRun>;
export type RunMessage = Extract<ToRun, { type: "run" }>;

/** What that process tells. */
export type FromRun =
  /** The program runs; null where nothing is guarded. */
  | { readonly type: "started"; readonly pid: number; readonly guardPort: number | null }
  | { readonly type: "event"; readonly event: import("./event").GuardEvent }
  /** The program has ended, and this process ends now. */
  | { readonly type: "ended" }
  /** It could not begin. */
  | { readonly type: "failed"; readonly message: string; readonly fix: string | null };

/**
 * The file descriptors of the program's output in that process. The process that asked for it holds the reading ends too: if one of
 * the two is killed, the program is not cut off from its output; if both are, it is, and ends. Windows has no such pipes.
 */
export const OUTPUT =
  process.platform === "win32" ? undefined : { stdout: { reading: 4, writing: 5 }, stderr: { reading: 6, writing: 7 } };
