import { sourceIn } from "./source";

/** What programs that print several machines' or files' logs one after another write between them. */
const known = [
  /^==> .+ <==$/, // tail, head
  /^\S+ \| [A-Z]+!? (?:\| rc=-?\d+ )?(?:>>|=> ?\{?)$/, // ansible
  /^(?:ok|changed|fatal|failed|skipping): \[[^\]]+\].*=> ?\{?$/, // ansible-playbook
  /^\[\d+\] [\d:]+ \[[A-Z]+\] \S/, // pssh
];

/** Whether a line of text is a heading of a kind that is known. */
export const isHeading = (line: string): boolean => known.some((pattern) => pattern.test(line));

const FREE = "? ";

/**
 * What a heading says about where the lines under it come from. Any other text than a known heading may be one, and may be none: `ssh` in a
 * loop with `echo` leaves such.
 */
export function sourceOfHeading(line: string): string {
  return isHeading(line) ? sourceIn(line) : FREE + sourceIn(line);
}

/** Whether a heading is of no known kind. */
export const isFree = (heading: string | null): heading is string => heading?.startsWith(FREE) === true;

/** The file that a heading names; undefined where it names none. */
export const fileOfHeading = (line: string | null): string | undefined =>
  line === null ? undefined : /^==> (.+) <==$/.exec(line)?.[1];
