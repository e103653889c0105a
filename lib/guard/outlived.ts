import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { standIn } from "./stand-in";

/** A program whose guard was killed. */
export interface Outlived {
  readonly pid: number;
  /** Where its guard listened; null where it had none. */
  readonly guardPort: number | null;
  /** File descriptors of its output. */
  readonly stdout: number;
  readonly stderr: number;
}

/** Takes what a program says. */
export interface Take {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
}

/** A provider whose Terraform was killed with the guard asks once more after 0.9 s at most, and ends with this answer; in milliseconds. */
const LINGER = 1_000;

/** Ends a program in good order whose guard was killed, and waits until its output has ended, as it does with the program. */
export async function endOutlived({ pid, guardPort, stdout, stderr }: Outlived, take: Take): Promise<void> {
  const leave = guardPort === null ? () => {} : standIn(guardPort);
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It was killed with its guard.
  }
  try {
    await Promise.all([drained(stdout, take.stdout), drained(stderr, take.stderr)]);
    await sleep(LINGER);
  } finally {
    leave();
  }
}

function drained(fd: number, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    new Socket({ fd })
      .on("data", take)
      .on("error", () => {})
      .on("close", () => resolve());
  });
}
