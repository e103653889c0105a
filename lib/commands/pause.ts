import { Command } from "commander";
import type { Io } from "../cli/io";
import { workerOf } from "../files/lock";
import { pause, resume } from "../files/pause";
import { openContext, type ProjectOptions, ROOT_OPTION } from "./shared/context";

/** `repoint pause ORG`: what runs for the organization writes nothing more to TFE until `repoint resume`. Takes no lock. */
export function pauseCommand(io: Io): Command {
  return new Command("pause")
    .description("hold every write of an organization's runs to TFE, until repoint resume")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .action((name: string, options: ProjectOptions) => {
      const { paths, say, journal } = openContext(io, name, options);
      const worker = workerOf(paths.lock);
      if (pause(paths.pause, new Date())) journal("run.paused");
      say(
        worker === undefined
          ? `Paused. Nothing runs for ${paths.key} now: the next run waits before its first write.`
          : `Paused: ${worker.command} (process ${worker.pid}) writes nothing more. Requests that were already sent will finish; reads continue.`,
      );
      say(`Next: repoint resume ${paths.key}`);
    });
}

/** `repoint resume ORG`: the end of a pause. */
export function resumeCommand(io: Io): Command {
  return new Command("resume")
    .description("continue after repoint pause")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .action((name: string, options: ProjectOptions) => {
      const { paths, say, journal } = openContext(io, name, options);
      if (!resume(paths.pause)) {
        say(`${paths.key} was not paused.`);
        return;
      }
      journal("run.resumed");
      const worker = workerOf(paths.lock);
      say(worker === undefined ? "Resumed. Nothing runs now." : `Resumed: ${worker.command} continues.`);
    });
}
