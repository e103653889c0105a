import { createInterface } from "node:readline/promises";
import { UsageError } from "../../errors";
import type { Io } from "../io";

/**
 * Has a person type a word before something that cannot be taken back lightly.
 *
 * @returns whether they did.
 * @throws UsageError when nobody is there to ask and `--yes` was not given.
 */
export async function confirm(io: Io, question: string, word: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (io.stdout.isTTY !== true) {
    throw new UsageError({
      rule: "run/not-confirmed",
      message: "this needs a person's word, and there is no terminal to ask on",
      fix: "add --yes when the plan was reviewed",
    });
  }
  const prompt = createInterface({ input: io.stdin, output: io.stdout });
  try {
    return (await prompt.question(`${question} Type "${word}" to go on: `)).trim() === word;
  } finally {
    prompt.close();
  }
}
