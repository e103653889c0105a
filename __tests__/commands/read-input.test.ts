import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { readInput } from "../../lib/cli/read-input";

let folder: string;
let pipe: string;
const io = (stdin = ""): Io => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { stdin: Readable.from([stdin]), stdout: nowhere, stderr: nowhere, env: {}, cwd: folder, exitCode: 0 };
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-input-"));
  pipe = join(folder, "pipe");
  spawnSync("sh", ["-c", 'mkfifo "$0"', pipe]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("reads a pipe to its end, however slowly its writer begins", async () => {
  const writer = spawn("sh", ["-c", `sleep 0.2; head -c 300000 /dev/zero | tr '\\0' x > "$0"`, pipe]);
  const { bytes, isFile } = await readInput(io(), "pipe");
  expect([bytes.length, isFile]).toEqual([300_000, false]);
  writer.kill();
});

it("does not wait for ever for somebody to write to a pipe", async () => {
  await expect(readInput(io(), "pipe", { silence: 50 })).rejects.toThrow(
    "pipe: it is a pipe, but nothing was written to it for 0.05 s",
  );
});

it("reads so much of a pipe or of standard input and no more", async () => {
  const writer = spawn("sh", ["-c", 'cat /dev/zero > "$0"', pipe]);
  await expect(readInput(io(), "pipe", { limit: 2 ** 20 })).rejects.toThrow("pipe: it is larger than 1 MiB, the limit");
  writer.kill();
  await expect(readInput(io("x".repeat(2000)), "-", { limit: 1000 })).rejects.toThrow(
    "standard input: it is larger than",
  );
});
