import { byLine, type Lines } from "./by-line";

/** Two lines or more for every resource: `tfe_workspace.a: Modifying... [id=ws-1]`, `…: Modifications complete after 0s [id=ws-1]`. */
const PROGRESS = /^(data\.)?[\w-]+\.[\w-]+(\[[^\]]*\])?: \w[\w ]*(\.\.\.|complete)/;

/**
 * Passes Terraform's apply output on, line by line as it comes, without what it says of each resource: that is what `log` gets
 * beside everything else. Warnings and errors always pass.
 *
 * @param full whether everything passes
 */
export function condenseApply(write: (text: string) => void, log: (text: string) => void, full = false): Lines {
  let wasBlank = true;
  const line = (text: string) => {
    log(`${text}\n`);
    if (full) return write(`${text}\n`);
    if (PROGRESS.test(text)) return;
    // Blank lines stand between what is left out, too.
    const isBlank = text.trim() === "";
    if (!(isBlank && wasBlank)) write(`${text}\n`);
    wasBlank = isBlank;
  };
  return byLine(line);
}

/** What Terraform says of each resource that an interrupt kept it from changing, and of nothing else (`hook_stop.go`). */
const HALTED = /\n?^Error: execution halted\n\n?/gm;

/** Terraform's errors without those that an interrupt makes, one for each resource that is left: what it met stands between them. */
export const withoutHalted = (errors: string): string => errors.replace(HALTED, "");
