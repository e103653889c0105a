import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { type Problem, UsageError } from "../../errors";
import type { LinkEntry } from "../../migration/links";
import { masked } from "../../util/secret";
import type { Io } from "../io";
import { readInput } from "../read-input";

const FIX = "one line for each workspace: name: group/project, or name: group/project@branch";

/**
 * Reads a file of links, or standard input for `-`. Every value is text as it is written: a workspace may be called `1e3`.
 *
 * @throws UsageError with every problem of the file's form.
 */
export async function readLinks(io: Io, source: string): Promise<readonly LinkEntry[]> {
  const { bytes, name } = await readInput(io, source);
  const lines = new LineCounter();
  const document = parseDocument(bytes.toString("utf8"), {
    schema: "failsafe",
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const at = (offset: number | undefined) => (offset === undefined ? name : `${name}:${lines.linePos(offset).line}`);
  const problem = (message: string, offset?: number): Problem => ({
    rule: "restore/links",
    file: at(offset),
    message,
    fix: FIX,
  });
  const problems = document.errors.map(({ message, pos }) => problem(masked(message), pos[0]));
  const { contents } = document;
  if (problems.length === 0 && !isMap(contents)) {
    problems.push(problem(contents === null ? "the file holds no links" : "this is no map of workspaces"));
  }
  if (problems.length > 0 || !isMap(contents)) throw new UsageError(problems);
  return contents.items.map(({ key, value }) => ({
    workspace: textOf(key) ?? "",
    repository: textOf(value),
    file: at(isScalar(key) ? key.range?.[0] : undefined),
  }));
}

const textOf = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value === "string" ? node.value : undefined;
