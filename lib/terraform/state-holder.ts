import { existsSync, lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { readBytes } from "../files/read-file";
import { parseJson } from "../util/json";

/** Who says that they hold a local state. A Terraform that was killed goes on saying so. */
export interface StateHolder {
  /** Where it stands. */
  readonly file: string;
  /** Terraform's own description, as it stands there. */
  readonly info: Buffer;
  /** Such as `OperationTypeApply by ann@build, since 2026-01-01T00:00:00Z`. */
  readonly text: string;
}

const LockInfo = z.object({ Operation: z.string(), Who: z.string(), Created: z.string() });

/**
 * The holder that Terraform's local backend writes beside a state while it has it locked (`statemgr.Filesystem`, `lockInfoPath`).
 * The lock itself is the system's (fcntl) and cannot be asked for from here.
 */
export function stateHolder(state: string): StateHolder | undefined {
  for (const file of placesOf(state)) {
    const info = readBytes(file, {
      rule: "state/lock-unreadable",
      fix: "check what it is, and move it away",
      limit: 2 ** 20,
    });
    if (info !== undefined) return { file, info, text: described(info) };
  }
  return undefined;
}

/** Beside the state, and where a symbolic link leads: another configuration may name the file itself. */
function placesOf(state: string): readonly string[] {
  const isLink = lstatSync(state, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return [state, ...(isLink && existsSync(state) ? [realpathSync(state)] : [])].map((path) =>
    join(dirname(path), `.${basename(path).replace(/^\./, "")}.lock.info`),
  );
}

function described(info: Buffer): string {
  const json = parseJson(info.toString("utf8"));
  const known = json.type === "value" ? LockInfo.safeParse(json.value).data : undefined;
  return known === undefined ? "it does not say who" : `${known.Operation} by ${known.Who}, since ${known.Created}`;
}
