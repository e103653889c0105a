import type { Io } from "../../cli/io";
import { readInput } from "../../cli/read-input";
import { UsageError } from "../../errors";
import { tokenTrouble } from "../../util/token-text";

/** The option that says where a token is. */
export interface TokenOption {
  /** Such as `--token-from`. */
  readonly name: string;
  /** The rule that is broken where there is no token. */
  readonly rule: string;
  /** A variable to name in the fix. */
  readonly example: string;
}

/**
 * Reads a token from the environment variable named, or from standard input for `-`. An argument is seen by everybody on the machine,
 * so what was given is never taken for the token, nor shown.
 *
 * @throws UsageError when there is none, or what was given is no variable's name.
 */
export async function readTokenFrom(io: Io, source: string, { name, rule, example }: TokenOption): Promise<string> {
  const problem = (message: string, fix: string) => new UsageError({ rule, message, fix });
  const how = `name an environment variable that holds the token (${name} ${example}), or - for standard input`;
  if (source !== "-" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(source)) {
    throw problem(`${name} was not given a variable's name (not shown: it may be a token)`, how);
  }
  const text =
    source === "-" ? (await readInput(io, "-", { limit: 2 ** 16 })).bytes.toString("utf8") : (io.env[source] ?? "");
  const token = text.trim();
  if (token === "") {
    throw problem(
      source === "-"
        ? "there is no token on standard input"
        : `the variable that ${name} names is not set, or empty (its name is not shown: it may be a token)`,
      how,
    );
  }
  const trouble = tokenTrouble(token);
  if (trouble !== undefined) throw problem(`${name} does not give a token: ${trouble}`, how);
  return token;
}
