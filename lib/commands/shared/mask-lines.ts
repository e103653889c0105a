import { StringDecoder } from "node:string_decoder";
import { masked } from "../../util/secret";

/** Takes bytes as they come; `end` passes a last line on that has no end. */
export interface LineSink {
  readonly add: (chunk: Buffer) => void;
  readonly end: () => void;
}

/**
 * Passes a program's output on without the secrets in it, line by line, so that no secret is missed because it came in two parts.
 *
 * @param known secrets that need not look like one
 */
export function maskLines(write: (text: string) => void, known: readonly string[]): LineSink {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  return {
    add: (chunk) => {
      pending += decoder.write(chunk);
      const end = pending.lastIndexOf("\n") + 1;
      if (end === 0) return;
      write(masked(pending.slice(0, end), known));
      pending = pending.slice(end);
    },
    end: () => {
      pending += decoder.end();
      if (pending !== "") write(masked(pending, known));
      pending = "";
    },
  };
}
