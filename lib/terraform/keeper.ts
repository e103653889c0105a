/**
 * A program between this process and Terraform that goes on reading Terraform's output when this process is killed.
 *
 * Go ends a program at its first write to a standard output that nobody reads any more (os/signal, "SIGPIPE"; it takes an ignored
 * SIGPIPE over from nobody). Terraform, killed that way in the middle of an apply, loses from its state what it has just done.
 * A terminal that is closed shall not end it either: Go does take an ignored SIGHUP over, which the shell sets.
 */
export function outliving(command: string, args: readonly string[]): readonly [command: string, ...args: string[]] {
  return [process.execPath, "-e", KEEPER, "/bin/sh", "-c", 'trap "" HUP; exec "$@"', "terraform", command, ...args];
}

/** The process that a keeper says it has started; undefined for anything else that it says. */
export function startedPid(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null || !("pid" in message)) return undefined;
  return typeof message.pid === "number" ? message.pid : undefined;
}

const KEEPER = `
const { spawn } = require("node:child_process");
const [command, ...args] = process.argv.slice(1);
const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
const signals = { SIGINT: () => {}, SIGHUP: () => {}, SIGTERM: () => child.kill("SIGTERM") };
for (const [signal, listener] of Object.entries(signals)) process.on(signal, listener);
for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
  let read = true;
  to.on("error", () => { read = false; });
  from.on("data", (chunk) => { if (read) to.write(chunk); });
}
process.on("disconnect", () => {});
process.send({ pid: child.pid }, () => {});
child.on("close", (code, signal) => {
  if (process.connected) process.disconnect();
  if (signal === null) { process.exitCode = code; return; }
  for (const [name, listener] of Object.entries(signals)) process.off(name, listener);
  process.kill(process.pid, signal);
});
`;
