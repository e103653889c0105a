import { type Command, InvalidArgumentError } from "commander";
import { wholeNumber } from "../../cli/whole-number";
import { type Problem, UsageError } from "../../errors";
import { DEFAULT_LIMITS } from "../preflight/limits";
import { type ProjectOptions, ROOT_OPTION } from "../shared/context";

/** The variable of the new token, unless `--token-from` names another. */
export const NEW_TOKEN = "NEW_GITLAB_TOKEN";

export interface RotateOptions extends ProjectOptions {
  readonly tokenFrom: string;
  /** @default the connection's own variable, `TF_VAR_gitlab_pat` */
  readonly oldTokenFrom?: string;
  readonly revokeOld?: boolean;
  /** Why the old token is to be revoked though nobody can tell that the new one is used. */
  readonly revokeUnproven?: string;
  readonly skipPreflight?: string;
  readonly minDays: number;
  readonly warnDays: number;
  /** Minutes in all that GitLab is asked whether the new token is used. */
  readonly wait: number;
  /** Seconds between two looks. */
  readonly poll: number;
  readonly yes?: boolean;
}

export function addRotateOptions(command: Command): Command {
  return command
    .option(...ROOT_OPTION)
    .option("--token-from <source>", "the variable that holds the new token, or - for standard input", NEW_TOKEN)
    .option("--old-token-from <variable>", "the variable that holds the old token (default: TF_VAR_gitlab_pat)")
    .option("--revoke-old", "revoke the old token once TFE is known to use the new one")
    .option(
      "--revoke-unproven <reason>",
      "revoke the old token even if nobody can tell whether TFE uses the new one; the journal keeps the reason",
    )
    .option(
      "--skip-preflight <reason>",
      "go on even if the check finds errors; the journal keeps the reason (a token that does not work is never put in)",
    )
    .option("--min-days <n>", "error if the new token expires within so many days", wholeNumber, DEFAULT_LIMITS.minDays)
    .option("--warn-days <n>", "warning if it expires within so many days", wholeNumber, DEFAULT_LIMITS.warnDays)
    .option("--wait <minutes>", "how long to ask GitLab whether the new token is used, where TFE cannot tell", long, 15)
    .option("--poll <seconds>", "how often to ask", long, 10)
    .option("--yes", "do not ask");
}

/** Options that contradict each other, and reasons that say nothing. @throws UsageError with all of them */
export function requireSense({ skipPreflight, revokeUnproven, minDays, warnDays }: RotateOptions): void {
  const problems: Problem[] = [];
  for (const [name, reason] of Object.entries({ "skip-preflight": skipPreflight, "revoke-unproven": revokeUnproven })) {
    if (reason?.trim() === "")
      problems.push({
        rule: "rotate/no-reason",
        message: `--${name} is given no reason`,
        fix: `say why, for the journal: --${name} "the owner of group/app grants the role on Monday"`,
      });
  }
  if (warnDays < minDays)
    problems.push({
      rule: "rotate/days",
      message: `--warn-days ${warnDays} is below --min-days ${minDays}, so that it would never warn`,
      fix: "give --warn-days at least as many days as --min-days",
    });
  if (problems.length > 0) throw new UsageError(problems);
}

/** Longer than any wait that makes sense, and short enough for a timer. */
const MOST = 10_000;

function long(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= 0 && number <= MOST))
    throw new InvalidArgumentError(`expected a number from 0 to ${MOST}`);
  return number;
}
