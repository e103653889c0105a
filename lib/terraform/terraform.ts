import { type ChildProcess, spawn } from "node:child_process";
import { z } from "zod";
import { ExternalError } from "../errors";
import { variableOf } from "../util/environment";
import { PRIVATE, withUmask } from "../util/umask";
import type { TerraformBinary } from "./find";
import { parseState } from "./state-file";

/** Where one run's output goes as it comes. */
export interface TerraformOutput {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  /** Told when a run's output is over. */
  readonly end?: () => void;
}

/** How one Terraform command ended. */
export interface TerraformResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One start of Terraform. */
export interface TerraformStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Whether it must go on when this process has ended: what it has done would be missing from its state. */
  readonly outlives: boolean;
  /** Whether the provider asks the server. */
  readonly asksServer: boolean;
  readonly onStarted: (pid: number) => void;
  /** It did not begin. */
  readonly onFailed: (failure: { readonly message: string; readonly fix: string | null }) => void;
}

/** A Terraform that was started. */
export interface StartedTerraform {
  /** Has its exit code and its output: Terraform itself, or a process that runs it. */
  readonly child: ChildProcess;
  /**
   * Called when the child has ended: if it was killed, ends Terraform in good order, and passes on what it says.
   *
   * @returns whether it was killed. @default the child is Terraform
   */
  readonly endOutlived?: (output: Pick<TerraformOutput, "stdout" | "stderr">) => Promise<boolean>;
}

/** What a Terraform run may be given. */
export interface TerraformOptions {
  readonly binary: TerraformBinary;
  /** The folder that holds the synthesized configuration. */
  readonly folder: string;
  /** Secrets travel here (`TF_VAR_…`, `TF_TOKEN_…`), never in arguments. */
  readonly env: NodeJS.ProcessEnv;
  /** How many resources it works on, about. @default few */
  readonly resources?: number;
  /** What frees a state whose holder is gone. @default `terraform force-unlock` */
  readonly unlock?: string;
  /** Receives Terraform's own progress. Left out, it is only collected. */
  readonly output?: TerraformOutput;
  /** Starts Terraform. @default as a child of this process */
  readonly start?: (start: TerraformStart) => StartedTerraform;
  /** Told when a process runs, with what it does (`terraform apply`), and when it has ended. */
  readonly onProcess?: (process: { readonly pid: number; readonly command: string } | undefined) => void;
}

/** The parts of `terraform show -json` of a state that say what it holds. It is sensitive as a whole: nothing else is kept. */
const ShownState = z.object({
  values: z
    .object({
      root_module: z.object({
        resources: z
          .array(z.object({ address: z.string(), mode: z.string(), values: z.object({ id: z.string().nullish() }) }))
          .default([]),
      }),
    })
    .optional(),
});

/** At most this much of each stream is kept for error messages; the whole of `show -json` is kept. */
const TAIL_BYTES = 64 * 1024;

/** So many lines of what a failed Terraform said are shown. */
const LAST_LINES = 40;

const USUAL_FIX = "see Terraform's own message above; every step can be run again";
const PROVIDER_FIX =
  "repoint provider puts hashicorp/tfe into a mirror and prints how Terraform uses that mirror; if only another version is available, name it in the organization file: terraform: { provider: VERSION }";
const TOKEN_FIX =
  "the provider reads no TF_TOKEN_… variable: set TFE_TOKEN, or terraform login (docs/reference/inventory.md)";
const PREVENTED_FIX =
  "do not remove prevent_destroy, whatever Terraform's message says: it protects what is in use. If the resource is the connection, its name, GitLab's addresses or serviceProvider were changed in the organization file after it was created: set them back";

/** Terraform's words for a state that another process holds. Its message goes on to suggest `-lock=false`. */
const STATE_LOCKED = /Error acquiring the state lock|state is already locked|Error locking state/i;

/** What to do about a state lock. */
function lockFix(unlock: string): string {
  return `another Terraform process has locked the state; its message above says who (Who, Created, ID). Look for that process first (ps -ef | grep terraform, on that machine), and wait for it or end it. Do not use -lock=false, whatever the message suggests: two processes would overwrite each other's state. Only when no process uses the state any more: ${unlock}`;
}

function planFix(stderr: string): string | undefined {
  if (/lifecycle\.prevent_destroy\b/.test(stderr)) return PREVENTED_FIX;
  if (/required token could not be found/.test(stderr)) return TOKEN_FIX;
  return undefined;
}

/** Terraform on one synthesized stack. Every method throws ExternalError when Terraform fails. */
export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  get version(): string {
    return this.options.binary.version;
  }

  /** Says nothing when all is well: what Terraform then prints is for those who run it themselves. */
  async init(): Promise<void> {
    const { output } = this.options;
    const result = await this.run(["init", "-input=false", "-no-color"], { quiet: true });
    if (result.exitCode === 0) return;
    output?.stdout(Buffer.from(result.stdout));
    output?.stderr(Buffer.from(result.stderr));
    output?.end?.();
    const noProvider = /Failed to query available provider packages|Failed to install provider/.test(result.stderr);
    throw this.failed("init", result, noProvider ? PROVIDER_FIX : undefined);
  }

  /**
   * Plans into a file.
   *
   * @returns whether the plan changes anything.
   */
  async plan(planFile: string, parallelism: number): Promise<{ readonly changes: boolean }> {
    const result = await this.run([
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
      `-parallelism=${parallelism}`,
      `-out=${planFile}`,
    ]);
    if (result.exitCode !== 0 && result.exitCode !== 2) {
      throw this.failed("plan", result, planFix(result.stderr));
    }
    return { changes: result.exitCode === 2 };
  }

  /** Applies exactly what a plan file says. */
  async apply(planFile: string, parallelism: number): Promise<void> {
    await this.must("apply", ["apply", "-input=false", "-no-color", `-parallelism=${parallelism}`, planFile]);
  }

  /** A saved plan as JSON. It holds the values of sensitive variables: it is for memory alone, never for a file. */
  async showPlan(planFile: string): Promise<string> {
    const result = await this.run(["show", "-json", "-no-color", planFile], { quiet: true });
    if (result.exitCode !== 0) throw this.failed("show", result);
    return result.stdout;
  }

  /** The ids of the managed resources in the state, by address; none when there is no state yet. */
  async stateIds(): Promise<ReadonlyMap<string, string>> {
    const result = await this.run(["show", "-json", "-no-color"], { quiet: true });
    if (result.exitCode !== 0) throw this.failed("show", result);
    const resources = ShownState.parse(JSON.parse(result.stdout)).values?.root_module.resources ?? [];
    return new Map(
      resources.flatMap(({ address, mode, values }) =>
        mode === "managed" && values.id != null ? [[address, values.id] as const] : [],
      ),
    );
  }

  /** Which state the backend has; undefined when it has none. */
  async pullState(): Promise<{ readonly lineage: string; readonly serial: number } | undefined> {
    const result = await this.run(["state", "pull"], { quiet: true });
    if (result.exitCode !== 0) throw this.failed("state pull", result);
    const state = parseState(result.stdout);
    return state.type === "whole" ? state : undefined;
  }

  /** Gives a state to the backend; Terraform refuses one of another lineage, and an older one. */
  async pushState(file: string): Promise<void> {
    await this.must("state push", ["state", "push", file]);
  }

  private async must(what: string, args: readonly string[]): Promise<void> {
    const result = await this.run(args);
    if (result.exitCode !== 0) throw this.failed(what, result);
  }

  private failed(what: string, result: TerraformResult, otherFix = USUAL_FIX): ExternalError {
    const { folder, unlock = `terraform -chdir=${folder} force-unlock ID` } = this.options;
    const fix = STATE_LOCKED.test(result.stderr) ? lockFix(unlock) : otherFix;
    const said = result.stderr.trim() === "" ? result.stdout.trim() : result.stderr.trim();
    // What was passed through has been read already; what was only collected must be shown.
    const details = this.options.output === undefined ? said.split("\n").slice(-LAST_LINES) : [];
    return new ExternalError(`terraform ${what} failed with exit code ${result.exitCode}`, { fix, details });
  }

  private run(args: readonly string[], options: { quiet?: boolean } = {}): Promise<TerraformResult> {
    const { binary, folder, env, resources, output, onProcess, start = startDirectly } = this.options;
    const quiet = options.quiet === true;
    return new Promise((resolve, reject) => {
      const words = [`-chdir=${folder}`, ...args];
      const command = `terraform ${args[0]}`;
      const { child, endOutlived } = withUmask(args[0] === "init" ? undefined : PRIVATE, () =>
        start({
          program: binary.command,
          args: words,
          env: { ...spendingMemory(env, resources), CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
          // What only reads may end with this process.
          outlives: args[0] === "apply" || args[1] === "push",
          asksServer: args[0] === "plan" || args[0] === "apply",
          onStarted: (pid) => onProcess?.({ pid, command }),
          onFailed: ({ message, fix }) => reject(new ExternalError(message, fix === null ? {} : { fix })),
        }),
      );
      const ended = outliveInterrupts(child);
      if (child.pid !== undefined) onProcess?.({ pid: child.pid, command });
      const stdout = new Collected(quiet);
      const stderr = new Collected(false);
      const take = {
        stdout: (chunk: Buffer) => {
          stdout.add(chunk);
          if (!quiet) output?.stdout(chunk);
        },
        stderr: (chunk: Buffer) => {
          stderr.add(chunk);
          if (!quiet) output?.stderr(chunk);
        },
      };
      child.stdout?.on("data", take.stdout);
      child.stderr?.on("data", take.stderr);
      child.on("error", (cause) => reject(new ExternalError(`\`${binary.command}\` could not be started`, { cause })));
      const end = async (code: number | null, signal: NodeJS.Signals | null): Promise<TerraformResult> => {
        const wasOutlived = (await endOutlived?.(take)) === true;
        ended();
        onProcess?.(undefined);
        output?.end?.();
        if (wasOutlived) throw cutOff(command, signal);
        if (signal !== null)
          throw new ExternalError(`terraform was ended by ${signal}`, { fix: "run the command again" });
        return { exitCode: code ?? 1, stdout: stdout.text(), stderr: stderr.text() };
      };
      child.on("close", (code, signal) => void end(code, signal).then(resolve, reject));
    });
  }
}

/** {@link TerraformStart} as a child of this process. */
export function startDirectly({ program, args, env }: TerraformStart): StartedTerraform {
  return { child: spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] }) };
}

function cutOff(command: string, signal: NodeJS.Signals | null): ExternalError {
  const how = signal === null ? "ended" : `was ended by ${signal}`;
  return new ExternalError(
    `the process that ran ${command} ${how}, and Terraform with it; it sent nothing to the server after that`,
    { fix: "run the command again" },
  );
}

/** Terraform keeps some 120 KiB of each in use (measured with 1,000 workspaces). */
const MANY_RESOURCES = 5000;

/**
 * Go collects garbage each time the memory in use has doubled: with Terraform's and the provider's few megabytes, all the time. Let it
 * become five times as much, they need a quarter less of the processor, up to a limit at which Go saves memory again (Go, "A Guide to the
 * Go Garbage Collector"). Where what is in use comes near that limit, Go would do nothing else. Who has set one of the two has decided it.
 */
function spendingMemory(env: NodeJS.ProcessEnv, resources = 0): NodeJS.ProcessEnv {
  if (
    resources > MANY_RESOURCES ||
    variableOf(env, "GOGC") !== undefined ||
    variableOf(env, "GOMEMLIMIT") !== undefined
  )
    return env;
  return { ...env, GOGC: "400", GOMEMLIMIT: "800MiB" };
}

/**
 * Ctrl-C reaches Terraform too, which then ends in good order; this process waits for it, and cleans up after it. So it does
 * when the terminal is closed, which Terraform outlives. Other ends are passed on.
 */
function outliveInterrupts(child: ChildProcess): () => void {
  const wait = () => {};
  const pass = () => void child.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGHUP", wait).on("SIGTERM", pass);
  return () => void process.off("SIGINT", wait).off("SIGHUP", wait).off("SIGTERM", pass);
}

class Collected {
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly whole: boolean) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (!this.whole && this.size > 2 * TAIL_BYTES) {
      this.chunks = [Buffer.concat(this.chunks).subarray(-TAIL_BYTES)];
      this.size = TAIL_BYTES;
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}
