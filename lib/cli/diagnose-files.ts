import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import picomatch from "picomatch";
import { reasonOf, type Source } from "../diagnose";
import { ExternalError, type Problem, UsageError } from "../errors";

/** What the words of the command line stand for. */
export interface Wanted {
  readonly sources: readonly Source[];
  readonly stdin: boolean;
}

/** Regular files below a folder, in the order of their names. Links are followed to files, not to folders. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      if (entry.isFile()) return [path];
      return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
    });
}

function matching(pattern: string, cwd: string): readonly string[] {
  const { base, glob } = picomatch.scan(pattern);
  const root = resolve(cwd, base);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const matches = picomatch(glob, { dot: true });
  return filesBelow(root)
    .filter((file) => matches(relative(root, file)))
    .map((file) => (base === "" ? relative(root, file) : join(base, relative(root, file))));
}

/**
 * Turns files, folders, globs and `-` into the files to read, each once.
 *
 * @throws UsageError when a pattern matches nothing, ExternalError when a file or folder cannot be read; either names all of them.
 */
export function wantedFiles(words: readonly string[], cwd: string): Wanted {
  const problems: Problem[] = [];
  const unreadable: string[] = [];
  const names = new Set<string>();
  for (const word of words) {
    if (word === "-") continue;
    try {
      const stat = statSync(resolve(cwd, word), { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) {
        for (const file of filesBelow(resolve(cwd, word))) names.add(join(word, relative(resolve(cwd, word), file)));
      } else if (stat !== undefined) {
        names.add(word);
      } else if (picomatch.scan(word).isGlob) {
        const found = matching(word, cwd);
        if (found.length === 0) problems.push(noMatch(word));
        for (const file of found) names.add(file);
      } else {
        unreadable.push(`${word}: no such file`);
      }
    } catch (error) {
      unreadable.push(`${word}: ${reasonOf(error)}`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
  if (unreadable.length > 0) {
    throw new ExternalError(`cannot be read:\n  ${unreadable.join("\n  ")}`, {
      fix: "give files that exist and that you may read, or pipe them in: `sudo cat FILE | repoint diagnose -`",
    });
  }
  const files = new Map([...names].map((name) => [resolve(cwd, name), name]));
  return { sources: [...files].map(([file, name]) => ({ file, name })), stdin: words.includes("-") };
}

function noMatch(pattern: string): Problem {
  return {
    rule: "diagnose/no-match",
    message: `no file matches ${JSON.stringify(pattern)}`,
    fix: "give a pattern that matches files, a folder, or file names",
  };
}
