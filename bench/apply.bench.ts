import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { organizationFileOf } from "../lib/commands/demo/project";
import { requireTerraform } from "../lib/terraform/find";
import { getProvider } from "../lib/terraform/provider";
import { type Sandbox, startSandbox } from "../sandbox";
import type { Measurement } from "./measurement";
import { repointOneByOne } from "./one-by-one";
import { type Used, watchTree } from "./process-tree";

/** How many workspaces are re-pointed; half of the fleet is on the old connection. */
const WORKSPACES = Number(process.env.REPOINT_BENCH_WORKSPACES ?? 200);
/** More of them, for how time and memory grow: 5,000 with `REPOINT_BENCH_LARGE=5000`. @default none */
const LARGE = Number(process.env.REPOINT_BENCH_LARGE ?? 0);
/** What the server allows. Half of it shows what a machine of twice the speed would: this one runs the server too. @default 30 */
const PER_SECOND = Number(process.env.REPOINT_BENCH_RATE ?? 30);
/** Milliseconds that an answer takes, there and back. */
const LATENCY = 100;

/**
 * Plan, apply and verification with the real Terraform and provider at TFE's rate limit, beside the least time that the limit allows, and
 * beside a client that sends one PATCH after the other. The connection was made by a run of its own before.
 */
export async function run(): Promise<readonly Measurement[]> {
  const provider = await getProvider(requireTerraform(process.env), process.env);
  if (provider.type === "missing") throw new Error("the provider cannot be had here");
  process.env.REPOINT_PROVIDER_MIRROR = provider.mirror;
  const { version } = provider;
  const near = await measure(WORKSPACES, version, 0);
  const small = await measure(Math.ceil(WORKSPACES / 4), version, 0);
  const far = await measure(WORKSPACES, version, LATENCY);
  const large = LARGE > 0 ? [await measure(LARGE, version, 0)] : [];
  return [
    ...rows(near),
    { name: "plan on the forgotten state", value: near.forgotten, unit: "s", aim: 5 },
    {
      name: `apply: processor time for each workspace, as a multiple of that with ${small.workspaces}`,
      value: cpuFor(near) / cpuFor(small),
      unit: "×",
      aim: 1.2,
    },
    { name: "apply: as a fraction of one PATCH after the other", value: near.total / near.oneByOne, unit: "×" },
    ...rows(far),
    {
      name: `apply: as a fraction of one PATCH after the other, ${LATENCY} ms of latency`,
      value: far.total / far.oneByOne,
      unit: "×",
      aim: 0.5,
    },
    ...large.flatMap(rows),
  ];
}

interface Result {
  readonly workspaces: number;
  readonly latency: number;
  /** Seconds. */
  readonly plan: number;
  readonly apply: number;
  readonly total: number;
  /** The requests that cannot be avoided: one PATCH each, the list once, the consumers of a state that not all may read. */
  readonly needed: number;
  readonly requests: number;
  readonly used: Used;
  readonly oneByOne: number;
  readonly forgotten: number;
}

const cpuFor = ({ used, workspaces }: Result): number => used.cpuSeconds / workspaces;

function rows({ workspaces, latency, plan, apply, total, needed, requests, used }: Result): readonly Measurement[] {
  const what = `${workspaces} workspaces${latency === 0 ? "" : `, ${latency} ms of latency`}`;
  return [
    { name: `plan of ${what}`, value: plan, unit: "s" },
    { name: `apply of ${what}, verification included`, value: apply, unit: "s" },
    { name: `${what}: requests for each`, value: requests / workspaces, unit: "" },
    {
      name: `${what}: as a multiple of the requests needed / ${PER_SECOND} a second`,
      value: total / (needed / PER_SECOND),
      unit: "×",
      ...(latency === 0 ? { aim: 1.4 } : {}),
    },
    ...[...used.peakMiB].map(([name, value]) => ({
      name: `${what}: largest resident memory, ${name}`,
      value,
      unit: "MiB",
      ...(name === "terraform" || name === "provider" ? {} : { aim: 1024 }),
    })),
    ...[...used.cpu].map(([name, value]) => ({ name: `${what}: processor time, ${name}`, value, unit: "s" })),
  ];
}

async function measure(workspaces: number, version: string, latency: number): Promise<Result> {
  const sandbox = await startSandbox({ fleet: workspaces * 2, requestsPerSecond: PER_SECOND });
  const folder = mkdtempSync(join(tmpdir(), "repoint-bench-"));
  try {
    mkdirSync(join(folder, "organizations"));
    const organizationFile = (changes: Record<string, unknown>) => {
      const text = organizationFileOf(sandbox, { terraform: { provider: version }, ...changes });
      writeFileSync(join(folder, "organizations", "sandbox.yaml"), text);
    };
    const command = (...words: string[]) => repoint(sandbox, folder, words);
    organizationFile({ waves: [{ name: "connection", percent: 0 }], through: "connection" });
    await command("plan", "sandbox");
    await command("apply", "sandbox", "--yes");
    organizationFile({});
    const { moving, old, needed } = tally(sandbox);
    if (latency > 0) sandbox.faults.add({ server: "tfe", fault: { delayMs: latency } });
    sandbox.log.clear();
    const plan = await command("plan", "sandbox");
    const apply = await command("apply", "sandbox", "--yes");
    const requests = sandbox.log.entries.filter(({ server }) => server === "tfe").length;
    sandbox.faults.clear();
    const forgotten = latency === 0 && workspaces === WORKSPACES ? await forget(command, organizationFile) : 0;
    if (latency > 0) sandbox.faults.add({ server: "tfe", fault: { delayMs: latency } });
    const now = sandbox.state.workspaces.get(moving[0] ?? "")?.vcsRepo?.["oauth-token-id"] ?? "";
    const oneByOne = await repointOneByOne(sandbox, now, old);
    return {
      workspaces: moving.length,
      latency,
      plan: plan.seconds,
      apply: apply.seconds,
      total: plan.seconds + apply.seconds,
      needed,
      requests,
      used: together(plan.used, apply.used),
      oneByOne,
      forgotten,
    };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Command = (...words: string[]) => Promise<{ readonly seconds: number; readonly used: Used }>;

/** Lets Terraform forget what is done. @returns how long a plan takes then, in seconds */
async function forget(command: Command, organizationFile: (changes: Record<string, unknown>) => void): Promise<number> {
  organizationFile({ forget: "done" });
  await command("plan", "sandbox");
  await command("apply", "sandbox", "--yes");
  return (await command("plan", "sandbox")).seconds;
}

/** What is to be re-pointed, and how many requests that takes at least. */
function tally({ state, organizations }: Sandbox) {
  const old = organizations[0]?.oldConnection.tokenId ?? "";
  const moving = [...state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old);
  const ofOwn = moving.filter(({ attributes }) => attributes["global-remote-state"] !== true).length;
  const needed = moving.length + ofOwn + Math.ceil(state.workspaces.size / 100);
  return { moving: moving.map(({ id }) => id), old, needed };
}

/** A command in a process of its own, as a user runs it. @throws Error where it does not end well */
async function repoint(sandbox: Sandbox, folder: string, words: readonly string[]) {
  const start = performance.now();
  const child = spawn(process.execPath, [join(process.cwd(), "bin", "repoint.js"), ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      HOME: folder,
      TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig,
      TF_VAR_gitlab_pat: sandbox.gitlab.pat,
    },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => void said.push(String(chunk)));
  const used = child.pid === undefined ? undefined : watchTree(child.pid);
  const code = await new Promise((resolve) => child.on("close", resolve));
  const found = used?.();
  if (code !== 0 || found === undefined)
    throw new Error(`repoint ${words.join(" ")} ended with ${code}:\n${said.join("").slice(-4000)}`);
  return { seconds: (performance.now() - start) / 1000, used: found };
}

function together(one: Used, other: Used): Used {
  const merged = (
    a: ReadonlyMap<string, number>,
    b: ReadonlyMap<string, number>,
    merge: (a: number, b: number) => number,
  ) => new Map([...new Set([...a.keys(), ...b.keys()])].map((key) => [key, merge(a.get(key) ?? 0, b.get(key) ?? 0)]));
  return {
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    peakMiB: merged(one.peakMiB, other.peakMiB, Math.max),
    cpu: merged(one.cpu, other.cpu, (a, b) => a + b),
  };
}
