import { byLine, type Lines } from "./by-line";

/** Where Terraform begins to explain and to tell every change, and where it has told them all. */
const BEGIN = /^Terraform used the selected providers to generate the following execution/;
const BODY = /^Terraform will perform the following actions:/;
const END = /^(Plan: |No changes|Changes to Outputs:)/;
/** Two lines for every resource. */
const PROGRESS = /^\S+: (Preparing import|Refreshing state)\.\.\./;
const REFRESHED = /: Refreshing state\.\.\./;
/** How many resources are read between two lines of progress. */
const STEP = 100;

/**
 * Passes Terraform's plan output on, line by line as it comes, without the body that tells every attribute of every change: for
 * hundreds of workspaces it hides all else. What is left out is counted, and `hint` says where to see it. Progress is one line for
 * every 100 resources.
 *
 * Warnings and errors always pass.
 */
export function condensePlan(write: (text: string) => void, hint: string): Lines {
  let inside = false;
  let left = 0;
  let refreshed = 0;
  const line = (text: string) => {
    if (PROGRESS.test(text)) {
      if (!REFRESHED.test(text)) return;
      refreshed += 1;
      if (refreshed % STEP === 0) write(`Terraform has read ${refreshed} resources …\n`);
      return;
    }
    if (!inside && (BEGIN.test(text) || BODY.test(text))) {
      inside = true;
      left = 0;
      return;
    }
    // The symbols' legend is no change.
    if (inside && BODY.test(text)) {
      left = 0;
      return;
    }
    if (inside && END.test(text)) {
      inside = false;
      if (left > 0) write(`(${left} lines that show every change: ${hint})\n\n`);
    }
    if (inside) left += 1;
    else write(`${text}\n`);
  };
  return byLine(line);
}
