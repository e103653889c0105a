import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { organizationFileOf } from "../../../lib/commands/demo/project";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox";
import { processesOf } from "./processes";
import { requireProvider } from "./provider";
import { type Finished, must, REPOSITORY, type RunOptions, repoint, run } from "./run";

/** A project folder of its own beside a sandbox of its own, as a user would have them. */
export interface Project {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly stack: string;
  readonly env: NodeJS.ProcessEnv;
  readonly pat: string;
  /** The provider's version. */
  readonly providerVersion: string;
  /** Ids of everything that had a VCS link when the sandbox started. */
  readonly linkedAtFirst: readonly string[];
  /** Ids of the workspaces of the old connection whose auto-destroy setting the provider would take away. */
  readonly leftAlone: readonly string[];
  /** Everything that any command printed. */
  readonly printed: string[];
  /** Writes the organization file: the sandbox's, with the given keys changed. */
  organizationFile(changes?: Record<string, unknown>): void;
  repoint(args: readonly string[], options?: Partial<RunOptions>): Promise<Finished>;
  terraform(args: readonly string[], code?: number): Promise<Finished>;
  /** A saved plan as JSON. It holds the values of variables, so it is not among what was printed. */
  showPlan(file: string): Promise<string>;
  cdktf(args: readonly string[], code?: number): Promise<Finished>;
  /** As `cdktf`, whatever the exit code. */
  cdktfOrFail(args: readonly string[]): Promise<Finished>;
  /** The names of the files, below the project's and the temporary home's folder, that hold a text. */
  filesWith(text: string): readonly string[];
  /** Starts a command and kills it, Terraform and the provider after that many milliseconds, without warning. */
  killed(args: readonly string[], afterMs: number): Promise<Finished>;
  /** As `killed`, at the moment when something is so on the server. */
  killedWhen(args: readonly string[], isSo: () => boolean): Promise<Finished>;
  close(): Promise<void>;
}

export async function startProject(options: SandboxOptions): Promise<Project> {
  const { mirror, version } = requireProvider();
  process.env.REPOINT_PROVIDER_MIRROR = mirror;
  const sandbox = await startSandbox(options);
  const home = mkdtempSync(join(tmpdir(), "repoint-e2e-"));
  const folder = join(home, "project");
  mkdirSync(join(folder, "organizations"), { recursive: true });
  for (const name of ["node_modules", "main.ts", "cdktf.json"]) symlinkSync(join(REPOSITORY, name), join(folder, name));

  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: mkdirAt(home, "tmp"),
    CI: "1",
    NO_COLOR: "1",
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig,
    TF_VAR_gitlab_pat: sandbox.gitlab.pat,
  };
  const printed: string[] = [];
  const keep = async (finished: Promise<Finished>): Promise<Finished> => {
    const result = await finished;
    printed.push(result.stdout, result.stderr);
    return result;
  };
  const base = { cwd: folder, env };
  const project: Project = {
    sandbox,
    folder,
    stack: join(folder, "cdktf.out", "stacks", "sandbox"),
    env,
    pat: sandbox.gitlab.pat,
    providerVersion: version,
    linkedAtFirst: sandbox.state
      .resources()
      .filter(({ vcsRepo }) => vcsRepo !== null)
      .map(({ id }) => id),
    leftAlone: leftAlone(sandbox),
    printed,
    organizationFile: (changes) => {
      const text = organizationFileOf(sandbox, { terraform: { provider: version }, ...changes });
      writeFileSync(join(folder, "organizations", "sandbox.yaml"), text);
    },
    repoint: (args, more = {}) => keep(repoint(args, { ...base, ...more })),
    killed: (args, afterMs) => {
      const start = Date.now();
      return project.killedWhen(args, () => Date.now() - start >= afterMs);
    },
    killedWhen: async (args, isSo) => {
      let group: number | undefined;
      const finished = await keep(
        repoint(args, {
          ...base,
          detached: true,
          started: (child) => {
            group = child.pid;
            const timer = setInterval(() => {
              if (isSo()) killGroup(group);
            }, 5);
            child.on("close", () => clearInterval(timer));
          },
        }),
      );
      while (group !== undefined && processesOf(group).length > 0) await sleep(20);
      return finished;
    },
    terraform: (args, code = 0) => must(keep(run("terraform", [`-chdir=${project.stack}`, ...args], base)), code),
    showPlan: async (file) =>
      (await must(run("terraform", [`-chdir=${project.stack}`, "show", "-json", file], base))).stdout,
    cdktf: (args, code = 0) => must(project.cdktfOrFail(args), code),
    cdktfOrFail: (args) => keep(run(join(REPOSITORY, "node_modules/.bin/cdktf"), args, base)),
    filesWith: (text) => filesBelow(home).filter((file) => readFileSync(file).includes(text)),
    close: async () => {
      await sandbox.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  project.organizationFile();
  return project;
}

/** A duration of its own without a time, or none of its own in a project that has one. */
function leftAlone({ state, organizations }: Sandbox): readonly string[] {
  return [...state.workspaces.values()]
    .filter(({ attributes: a, projectId, vcsRepo }) => {
      const ofProject = state.projects.get(projectId)?.attributes["auto-destroy-activity-duration"];
      return (
        vcsRepo?.["oauth-token-id"] === organizations[0]?.oldConnection.tokenId &&
        a["inherits-project-auto-destroy"] === false &&
        a["auto-destroy-at"] === null &&
        (a["auto-destroy-activity-duration"] ?? ofProject ?? null) !== null
      );
    })
    .map(({ id }) => id)
    .sort();
}

/** The process and everything it started: a power cut, as far as they can tell. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

function mkdirAt(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
