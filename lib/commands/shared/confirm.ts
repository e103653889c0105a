import type { Io } from "../../cli/io";
import { print, promptOn } from "../../cli/print";
import { UsageError } from "../../errors";
import { printable } from "../../util/plain-text";

/**
 * Has a person type a word before something that cannot be taken back lightly. Ctrl-C, Ctrl-D and an input that ends mean no.
 *
 * @returns whether they did.
 * @throws UsageError when nobody is there to ask and `--yes` was not given.
 */
export async function confirm(io: Io, question: string, word: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (io.stdout.isTTY !== true) {
    throw new UsageError({
      rule: "run/not-confirmed",
      message: "confirmation required, but no terminal is attached",
      fix: "run it in a terminal, or add --yes once you have read what it will do",
    });
  }
  const prompt = promptOn(io);
  return new Promise((resolve) => {
    let answer: string | undefined;
    prompt.once("close", () => {
      if (answer === undefined) print(io.stdout, "");
      resolve(answer?.trim() === word);
    });
    prompt.question(printable(`${question} Type "${word}" to go on: `), (line) => {
      answer = line;
      prompt.close();
    });
  });
}
