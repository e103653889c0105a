import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import picomatch from "picomatch";
import { reasonOf, type Source, shownFile } from "../../diagnose";
import { ExternalError, type Problem, UsageError } from "../../errors";
import { kindOf } from "../../files/read-file";
import { quoted } from "../../util/json-text";

/** What the words of the command line stand for. */
export interface Wanted {
  readonly sources: readonly Source[];
  readonly stdin: boolean;
}

/** Regular files below a folder, in the order of their names. Links are followed to files, not to folders. */
function filesBelow(folder: string, unreadable: Map<string, string>): readonly string[] {
  return entriesOf(folder, unreadable).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, unreadable);
    return entry.isFile() || (entry.isSymbolicLink() && isFile(path)) ? [path] : [];
  });
}

/** What a folder holds; nothing, and a note why, when it cannot be read. */
function entriesOf(folder: string, unreadable: Map<string, string>): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    unreadable.set(folder, reasonOf(error));
    return [];
  }
}

/** A device may never end. A pipe does when its writer has: `repoint diagnose <(kubectl logs …)`. */
function isEndless(stat: Stats): boolean {
  return !stat.isFile() && !stat.isFIFO();
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // A link to nothing, or in a circle.
    return false;
  }
}

function matching(pattern: string, cwd: string, unreadable: Map<string, string>): readonly string[] {
  const { base, glob } = picomatch.scan(pattern);
  const root = resolve(cwd, base);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const matches = picomatch(glob, { dot: true });
  return filesBelow(root, unreadable)
    .filter((file) => matches(relative(root, file)))
    .map((file) => (base === "" ? relative(root, file) : join(base, relative(root, file))));
}

/**
 * Turns files, folders, globs and `-` into the files to read, each once. What cannot be read is among them, with the reason, so that it does
 * not keep the others from being read.
 *
 * @throws UsageError when a pattern matches nothing, ExternalError when nothing can be read; either names all of them.
 */
export function wantedFiles(words: readonly string[], cwd: string): Wanted {
  const problems: Problem[] = [];
  const names = new Set<string>();
  const unreadable = new Map<string, string>();
  for (const word of words) {
    if (word === "-") continue;
    const path = resolve(cwd, word);
    try {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) {
        for (const file of filesBelow(path, unreadable)) names.add(join(word, relative(path, file)));
      } else if (stat !== undefined && isEndless(stat)) {
        unreadable.set(path, `it is ${kindOf(stat)}, but a log is expected`);
      } else if (stat !== undefined) {
        names.add(word);
      } else if (picomatch.scan(word).isGlob) {
        const found = matching(word, cwd, unreadable);
        if (found.length === 0) problems.push(noMatch(word));
        for (const file of found) names.add(file);
      } else {
        unreadable.set(path, "no such file");
      }
    } catch (error) {
      unreadable.set(path, reasonOf(error));
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
  const stdin = words.includes("-");
  const files = new Map([...names].map((name) => [resolve(cwd, name), { file: resolve(cwd, name), name }]));
  const unread = [...unreadable].map(([file, problem]) => ({ file, name: relative(cwd, file), problem }));
  if (unread.length > 0 && files.size === 0 && !stdin) {
    throw new ExternalError("cannot be read:", {
      details: unread.map(({ name, problem }) => `${shownFile(name)}: ${problem}`),
      fix: "give files that exist and that you can read, or pipe them in: `sudo cat FILE | repoint diagnose -`",
    });
  }
  return { sources: [...files.values(), ...unread], stdin };
}

function noMatch(pattern: string): Problem {
  return {
    rule: "diagnose/no-match",
    message: `no file matches ${quoted(shownFile(pattern))}`,
    fix: "give a pattern that matches files, a folder, or file names",
  };
}
