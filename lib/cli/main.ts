import { Command } from "commander";
import { type CommandFactory, commands } from "../commands";
import { configure, execute, reportError } from "./exit-codes";
import { type Io, processIo } from "./io";
import { version } from "./version";

/** Runs the command line `argv` (without node and script) and returns the exit code. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const program = configure(new Command("repoint"), io)
    .description("Move Terraform Enterprise / HCP Terraform from a GitLab OAuth connection to a personal access token.")
    .version(version());
  try {
    const [first, second] = argv.filter((word) => !word.startsWith("-"));
    const wanted = first === "help" ? second : first;
    for (const entry of commands) {
      if (entry.name === wanted) {
        const factory: CommandFactory = await entry.load();
        program.addCommand(configure(factory(io), io));
      } else {
        program.addCommand(new Command(entry.name).description(entry.summary));
      }
    }
  } catch (error) {
    return reportError(error, io);
  }
  return execute(program, argv, io);
}
