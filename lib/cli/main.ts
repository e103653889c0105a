import { Command, CommanderError } from "commander";
import { ExternalError, UsageError } from "../errors";
import { type CommandFactory, commands } from "./commands";
import { type Io, processIo } from "./io";
import { version } from "./version";

/** The exit code for what a command threw, and what the user reads about it. The only place that maps errors to codes. */
function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    const count = error.problems.length;
    io.stderr.write(count === 1 ? `error: ${error.message}\n` : `error: ${count} problems\n${error.message}\n`);
    return 2;
  }
  if (error instanceof ExternalError) {
    io.stderr.write(`error: ${error.message}\n`);
    if (error.fix !== undefined) io.stderr.write(`    fix: ${error.fix}\n`);
    return 3;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`error: this is a defect of repoint, please report it\n${detail}\n`);
  return 3;
}

function configure(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showHelpAfterError("(--help lists what this command takes)")
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
}

/** Runs the command line `argv` (without node and script) and returns the exit code. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const program = configure(new Command("repoint"), io)
    .description("Move Terraform Enterprise / HCP Terraform from a GitLab OAuth connection to a personal access token.")
    .version(version());
  try {
    const wanted = argv.find((word) => !word.startsWith("-"));
    for (const entry of commands) {
      if (entry.name === wanted) {
        const factory: CommandFactory = await entry.load();
        program.addCommand(configure(factory(io), io));
      } else {
        program.addCommand(new Command(entry.name).description(entry.summary));
      }
    }
    await program.parseAsync(argv, { from: "user" });
    return io.exitCode;
  } catch (error) {
    return report(error, io);
  }
}
