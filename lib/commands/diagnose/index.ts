import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson } from "../../cli/print";
import {
  type Diagnosis,
  diagnose,
  foundSomething,
  type InputFacts,
  readChunks,
  readFiles,
  renderText,
  shownFile,
} from "../../diagnose";
import { ExternalError, UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { outputPath } from "../shared/output-path";
import { applicationsOfInventories } from "./applications";
import { wantedFiles } from "./files";
import { type RawOptions, readOptions } from "./options";
import { Progress } from "./progress";

interface Options extends RawOptions {
  readonly json?: boolean;
  readonly html?: string;
  readonly vcsEvents?: string;
  readonly hostname?: string;
}

/** `repoint diagnose`: tells from logs of GitLab and Terraform Enterprise whether the refresh race broke the connection, or what did. */
export function diagnoseCommand(io: Io): Command {
  return new Command("diagnose")
    .description("find in GitLab's and Terraform Enterprise's logs what broke the connection")
    .argument("[file...]", "logs: files, folders, globs, archives (.gz, .tar, .tar.gz), or - for standard input")
    .option("--json", "print the diagnosis as one JSON object (docs/diagnosis.schema.json)")
    .option("--html <file>", "write a web page with a timeline")
    .option("--duration-unit <unit>", "the unit of durations: auto, ms or s", "auto")
    .option("--time-is <moment>", "what a request's time is: auto, start or end", "auto")
    .option(
      "--application <id>",
      "the Application ID of Terraform Enterprise's connection (may be repeated; default: the keys of the connections in inventory/)",
      (id: string, others: readonly string[] = []) => [...others, id],
    )
    .option(
      "--clock-tolerance <span>",
      "how far the clocks of GitLab's machines and Terraform Enterprise may differ",
      "5m",
    )
    .option("--since <time>", "use only events from this time on (ISO 8601, UTC unless it names a zone)")
    .option("--until <time>", "use only events up to this time")
    .option("--show-names", "show user names and IP addresses, which are masked otherwise")
    .option(
      "--vcs-events <org>",
      "also read what HCP Terraform logged of this organization's connections in the last 10 days (GitLab.com alone); no log is needed then",
    )
    .option(
      "--hostname <host>",
      "where that organization is, if it has no organization file (default: app.terraform.io)",
    )
    .option(
      "--threads <count>",
      "how many threads read (default: as many as the machine has, when there is much to read)",
    )
    .addHelpText("after", "\nExit codes: 0 nothing found, 1 something found, 2 wrong usage, 3 cannot be read.")
    .action(async (words: readonly string[], options: Options) => {
      const { diagnose: how, threads } = readOptions(options);
      const facts = [...(await readEvents(options, io)), ...(await readLogs(words, threads, options, io))];
      const applications =
        how.applications.length > 0
          ? how.applications
          : await applicationsOfInventories(io.cwd, (message) => print(io.stderr, `warning: ${message}`));
      const diagnosis = diagnose(facts, { ...how, applications });
      await report(diagnosis, options, io);
      requireReadable(facts);
      io.exitCode = foundSomething(diagnosis) ? 1 : 0;
    });
}

async function readEvents({ vcsEvents, hostname }: Options, io: Io): Promise<readonly InputFacts[]> {
  if (vcsEvents === undefined && hostname !== undefined) {
    throw new UsageError({
      rule: "diagnose/option",
      message: "--hostname says where the organization of --vcs-events is, which is not given",
      fix: "--vcs-events ORG --hostname HOST",
    });
  }
  if (vcsEvents === undefined) return [];
  // Loaded only when it is asked for: reading logs needs no client.
  const { readVcsEvents } = await import("./vcs-events.js");
  return readVcsEvents(io, vcsEvents, hostname);
}

async function readLogs(
  words: readonly string[],
  threads: number | undefined,
  { vcsEvents }: Options,
  io: Io,
): Promise<readonly InputFacts[]> {
  if (words.length === 0 && vcsEvents !== undefined) return [];
  const wanted = wantedFiles(words, io.cwd);
  if (wanted.sources.length === 0 && !wanted.stdin) {
    throw new UsageError({
      rule: "diagnose/no-file",
      message: words.length === 0 ? "no log was given" : `no file in ${words.join(", ")}`,
      fix: "give a log, or a folder that contains logs; on HCP Terraform, --vcs-events ORG",
    });
  }
  const progress = new Progress(io);
  try {
    const options = { onProgress: progress.update, ...(threads === undefined ? {} : { threads }) };
    const files = await readFiles(wanted.sources, options);
    return wanted.stdin ? [...files, ...(await readChunks("stdin", bytesOf(io.stdin)))] : files;
  } finally {
    progress.end();
  }
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function report(diagnosis: Diagnosis, options: Options, io: Io): Promise<void> {
  if (options.html !== undefined) {
    // Loaded only when it is asked for.
    const { renderTimeline } = await import("../../report/timeline/timeline-page.js");
    writeFileAtomic(outputPath(io, options.html), renderTimeline(diagnosis));
    print(io.stderr, `the timeline is in ${shownFile(options.html)}`);
  }
  if (options.json === true) printJson(io.stdout, diagnosis, 2);
  else print(io.stdout, ...renderText(diagnosis));
}

/** @throws ExternalError when files could not be read; what the others say was printed before. */
function requireReadable(facts: readonly InputFacts[]): void {
  const unreadable = facts.filter((one) => one.container === "unreadable");
  if (unreadable.length === 0) return;
  throw new ExternalError("cannot be read:", {
    details: unreadable.map((one) => `${shownFile(one.name)}: ${one.damage ?? ""}`),
    fix: "the diagnosis covers only the other files: give files that you can read",
  });
}
