import { readdirSync, readFileSync } from "node:fs";

/**
 * How often the processes are looked at, in milliseconds. What a process does in its last moment is missed for itself, and counted in the
 * sum; looking more often would take a good part of a processor from what is measured.
 */
const LOOK = 1000;
/** Of a second, in `/proc/PID/stat` (proc(5)); 100 on every Linux that Node runs on. */
const TICKS = 100;

/** What a process and all it has started have used, by what they are. */
export interface Used {
  /** Processor time of all that have ended, in seconds. */
  readonly cpuSeconds: number;
  /** The peak of resident memory, in MiB, by process: `repoint`, `guard`, `terraform`, `provider`. */
  readonly peakMiB: ReadonlyMap<string, number>;
  /** Processor time by process, in seconds. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** Watches the processes below one of them; Linux alone. @returns ends the watching */
export function watchTree(root: number): () => Used {
  const before = ticksOfEnded();
  const seen = new Map<string, { name: string; peak: number; ticks: number }>();
  const look = () => {
    for (const { pid, started, ticks } of below(root)) {
      const key = `${pid} ${started}`;
      const last = seen.get(key);
      const name = last?.name ?? nameOf(pid, root);
      if (name === undefined) continue;
      seen.set(key, { name, peak: Math.max(last?.peak ?? 0, peakOf(pid)), ticks: Math.max(last?.ticks ?? 0, ticks) });
    }
  };
  const timer = setInterval(look, LOOK);
  look();
  return () => {
    clearInterval(timer);
    const peakMiB = new Map<string, number>();
    const cpu = new Map<string, number>();
    for (const { name, peak, ticks } of seen.values()) {
      peakMiB.set(name, Math.max(peakMiB.get(name) ?? 0, peak));
      cpu.set(name, (cpu.get(name) ?? 0) + ticks / TICKS);
    }
    return { cpuSeconds: (ticksOfEnded() - before) / TICKS, peakMiB, cpu };
  };
}

/** Of this process's children that have ended, and of theirs (proc(5), `cutime` and `cstime`). */
function ticksOfEnded(): number {
  const stat = text("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

interface Process {
  readonly pid: number;
  readonly started: string;
  readonly ticks: number;
}

function below(root: number): readonly Process[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? statOf(Number(name)) : []));
  const inside = new Set([root]);
  for (let before = 0; before !== inside.size; ) {
    before = inside.size;
    for (const { pid, parent } of all) if (inside.has(parent)) inside.add(pid);
  }
  return all.filter(({ pid }) => inside.has(pid));
}

function statOf(pid: number): readonly (Process & { readonly parent: number })[] {
  const stat = text(`/proc/${pid}/stat`);
  // The name before them may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [parent, user, system, started] = [1, 11, 12, 19].map((index) => fields[index]);
  if (started === undefined) return [];
  return [{ pid, parent: Number(parent), ticks: Number(user) + Number(system), started }];
}

function nameOf(pid: number, root: number): string | undefined {
  if (pid === root) return "repoint";
  const words = text(`/proc/${pid}/cmdline`).split("\0");
  const program = words[0] ?? "";
  if (program === "") return undefined;
  if (/terraform-provider/.test(program)) return "provider";
  return /node$/.test(program) ? "guard" : "terraform";
}

const peakOf = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(text(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

/** Empty for a process that has ended meanwhile. */
function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
