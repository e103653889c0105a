/** Takes a program's output as it comes; `end` passes a last line on that has no end. */
export interface Lines {
  add(chunk: Buffer): void;
  end(): void;
}

/** Hands a program's output on line by line, wherever its chunks are cut. */
export function byLine(line: (text: string) => void): Lines {
  let pending = "";
  return {
    add: (chunk) => {
      const lines = (pending + chunk.toString("utf8")).split("\n");
      pending = lines.pop() ?? "";
      for (const text of lines) line(text);
    },
    end: () => {
      if (pending !== "") line(pending);
      pending = "";
    },
  };
}
