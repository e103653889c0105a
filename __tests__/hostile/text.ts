import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** One of each: what moves a cursor, ends a line, turns text around, hides, is no character, and what is markup somewhere. */
export const UNSEEN = [
  "\u0000\u0007\u0008\t\u001b[2J\u001b]0;title\u0007\r\n",
  "\u0085\u009b\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f",
  "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u3164\ufe0f\ufeff\ufff9\uffff",
  "\ue000\u0378\u{e0001}\u{e0041}\u{e007f}\u{e0100}\u{f0000}",
].join("FORGED line ");

export const MARKUP = `"'\`|<b>bold</b><script>x()</script><img src=x onerror=x()>[link](javascript:x)@all #1 \${x} %{if}`;

/** A name that anybody could have chosen. Behind each line break stands what would be a line of its own. */
export const HOSTILE = `é日本🚀${UNSEEN}FORGED ${MARKUP} \\u202e \\n`;

/** As much of it as a server takes for the path of a repository. */
export const PATH = HOSTILE.replaceAll(/[\s/]/g, "");

/** The same where a lone half of a pair can be. */
export const WORSE = `\ud800${HOSTILE}\udc00`;

/** What a reader cannot see; written anew here, so that a mistake of the program's own list does not hide. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** What the program writes to a terminal on purpose: its colours, the line that it rewrites, and readline's moves of the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const OWN = /\u001b\[(?:3[1236]|39|1|2|22)m|\r\u001b\[2K|\u001b\[(?:\d*G|0?[JK])/g;

/** What a text gives away of a hostile name, with what stands around it; nothing where all of it can be seen and no line is forged. */
export function troublesIn(text: string, { terminal = false } = {}): readonly string[] {
  const own = terminal ? text.replaceAll(OWN, "").replaceAll(/\r\n/g, "\n") : text;
  return [
    ...[...own.matchAll(unseen)].map(({ 0: found, index }) => around(own, index, found)),
    ...[...own.matchAll(/^\s*FORGED/gm)].map(({ 0: found, index }) => around(own, index, found)),
  ].slice(0, 5);
}

function around(text: string, index: number, found: string): string {
  return JSON.stringify(
    `${text.slice(Math.max(0, index - 60), index)}⟦${found}⟧${text.slice(index + found.length, index + 40)}`,
  );
}

/** Every file below a folder, by its path in it. */
export function filesBelow(folder: string, under = ""): readonly string[] {
  return readdirSync(join(folder, under)).flatMap((name) => {
    const path = join(under, name);
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}

/** What the files below a folder give away, but for those that somebody else wrote. */
export function troublesBelow(folder: string, others: (path: string) => boolean): readonly string[] {
  return filesBelow(folder)
    .filter((path) => !others(path))
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      // A calendar's lines end so (RFC 5545, 3.1).
      return troublesIn(path.endsWith(".ics") ? text.replaceAll("\r\n", "\n") : text).map(
        (trouble) => `${path}: ${trouble}`,
      );
    });
}
