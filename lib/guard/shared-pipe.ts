import { execFileSync } from "node:child_process";
import { constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A pipe, by its file descriptors. */
export interface SharedPipe {
  readonly reading: number;
  readonly writing: number;
}

/**
 * Makes pipes whose reading ends several processes may hold: who writes is not cut off before the last of them has ended. Node's own
 * are sockets, and a socket has one other end.
 *
 * @returns as many as were asked for; both ends of each are open, and no name leads to them
 */
export function sharedPipes(count: number): readonly SharedPipe[] {
  const folder = mkdtempSync(join(tmpdir(), "repoint-pipes-"));
  try {
    const files = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    execFileSync("mkfifo", ["-m", "600", ...files]);
    return files.map((file) => {
      // Opened without waiting for a writer, so that the writing end finds a reader.
      const reading = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
      return { reading, writing: openSync(file, constants.O_WRONLY) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
