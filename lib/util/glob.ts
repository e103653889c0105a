import picomatch from "picomatch";

type Test = (text: string) => boolean;

/** Compiled globs, each once: an organization has tens of thousands of resources and a handful of globs. */
const compiled = new Map<string, Test>();

/**
 * Whether a text fits a glob (`*`, `?`, `[…]`, `{a,b}`). A dot in front is an ordinary character, and `*` takes `/` too. A
 * text fits itself, whatever characters it holds.
 */
export function fitsGlob(glob: string, text: string): boolean {
  if (glob === text) return true;
  // picomatch refuses an empty glob and takes no empty text.
  if (glob === "") return false;
  if (text === "") return glob === "*" || glob === "**";
  let test = compiled.get(glob);
  if (test === undefined) {
    test = picomatch(glob, { dot: true, bash: true, nonegate: true });
    compiled.set(glob, test);
  }
  return test(text);
}
