/** Where Terraform begins to tell every change, and where it has told them all. */
const BEGIN = /^Terraform will perform the following actions:/;
const END = /^(Plan: |No changes|Changes to Outputs:)/;

/**
 * Passes Terraform's plan output on, line by line as it comes, without the body that tells every attribute of every change: for
 * hundreds of workspaces it hides all else. What is left out is counted, and `hint` says where to see it.
 *
 * Progress, warnings and errors always pass.
 */
export function condensePlan(write: (text: string) => void, hint: string): { add(chunk: Buffer): void; end(): void } {
  let pending = "";
  let inside = false;
  let left = 0;
  const line = (text: string) => {
    if (!inside && BEGIN.test(text)) {
      inside = true;
      left = 0;
      return;
    }
    if (inside && END.test(text)) {
      inside = false;
      if (left > 0) write(`(${left} lines that tell every change: ${hint})\n\n`);
    }
    if (inside) left += 1;
    else write(`${text}\n`);
  };
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
