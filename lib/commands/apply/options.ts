import type { ProjectOptions } from "../shared/context";
import { parallelismOf } from "../shared/parallelism";
import type { RunApplyOptions } from "./run-apply";

/** What commander reads for every command that applies a plan. */
export interface ApplyFlags extends ProjectOptions {
  readonly yes?: boolean;
  readonly allow?: readonly string[];
  readonly reason?: readonly string[];
  readonly lockWorkspaces?: boolean;
  readonly full?: boolean;
  readonly parallelism?: string;
  readonly readAhead: boolean;
}

/** How {@link runApply} is to work, by the flags. @throws UsageError for a parallelism that is none */
export function applyOptionsOf(flags: ApplyFlags, allow: RunApplyOptions["allow"]): RunApplyOptions {
  return {
    yes: flags.yes === true,
    allow,
    lockWorkspaces: flags.lockWorkspaces === true,
    full: flags.full === true,
    readAhead: flags.readAhead,
    ...parallelismOf(flags.parallelism),
  };
}
