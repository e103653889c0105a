import type { Io } from "../../cli/io";
import { promptOn } from "../../cli/print";
import { printable } from "../../util/plain-text";

/** A person at a terminal, who may say something while something else goes on. */
export interface Person {
  /** What they said since they were asked last, trimmed; undefined when nothing. */
  said(): string | undefined;
  /** Whether they have left: Ctrl-C, Ctrl-D, or an input that ended. */
  readonly left: boolean;
  /** Ends when they say something or leave, or after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  ask(question: string): void;
  close(): void;
}

/** The person at the terminal; undefined where there is none. */
export function personAt(io: Io): Person | undefined {
  if (io.stdout.isTTY !== true) return undefined;
  const prompt = promptOn(io);
  const lines: string[] = [];
  let left = false;
  let wake = () => {};
  prompt.on("line", (line) => {
    lines.push(line.trim());
    wake();
  });
  prompt.once("close", () => {
    left = true;
    wake();
  });
  return {
    said: () => lines.shift(),
    get left() {
      return left && lines.length === 0;
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, left || lines.length > 0 ? 0 : milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    ask: (question) => {
      prompt.setPrompt(printable(question));
      prompt.prompt();
    },
    close: () => {
      left = true;
      prompt.close();
    },
  };
}
