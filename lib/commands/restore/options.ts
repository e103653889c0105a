import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../../errors";
import { type ProjectOptions, ROOT_OPTION } from "../shared/context";

export interface RestoreOptions extends ProjectOptions {
  readonly connection?: string;
  readonly links?: string;
  readonly revoke?: boolean;
  readonly authorized?: boolean;
  readonly tokenFrom?: string;
  readonly abandon?: boolean;
  readonly yes?: boolean;
  /** Minutes in all that a person is waited for. */
  readonly wait: number;
  /** Seconds between two looks. */
  readonly poll: number;
}

export function addRestoreOptions(command: Command): Command {
  return command
    .option("--connection <id>", "which connection (default: the only old one in the organization file)")
    .option("--links <file>", "also link workspaces whose link nobody recorded: YAML, workspace: repository[@branch]")
    .option("--revoke", "revoke the token, which unlinks everything, and link it again: when reauthorizing fails")
    .option("--authorized", "you have reauthorized the connection in TFE: only verify, and link what is not linked")
    .option(
      "--token-from <source>",
      "a connection with a personal access token: the environment variable that holds the new one, or - for standard input",
    )
    .option("--abandon", "abandon a restoration that was started; changes nothing in TFE")
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .option("--wait <minutes>", "how long to wait for the authorization", aboveZero, 60)
    .option("--poll <seconds>", "how often to look whether it is authorized", aboveZero, 3);
}

/** Options that mean different ways are a slip. @throws UsageError */
export function requireOneWay({ revoke, authorized, tokenFrom, abandon, links }: RestoreOptions): void {
  const given = [
    ...(revoke === true ? ["--revoke"] : []),
    ...(authorized === true ? ["--authorized"] : []),
    ...(tokenFrom !== undefined ? ["--token-from"] : []),
    ...(abandon === true ? ["--abandon"] : []),
  ];
  const abandonsLinks = abandon === true && links !== undefined;
  if (given.length < 2 && !abandonsLinks) return;
  throw new UsageError({
    rule: "restore/one-way",
    message: `${[...given, ...(abandonsLinks ? ["--links"] : [])].join(" and ")} exclude each other`,
    fix: "give one of them; repoint restore --help says what each does",
  });
}

/** Longer than any wait that makes sense, and short enough for a timer. */
const MOST = 100_000;

function aboveZero(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0 && number <= MOST)) {
    throw new InvalidArgumentError(`expected a number above 0, at most ${MOST}`);
  }
  return number;
}
