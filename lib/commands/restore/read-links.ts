import { isMap, isScalar } from "yaml";
import type { Io } from "../../cli/io";
import { readInput } from "../../cli/read-input";
import { type Problem, UsageError } from "../../errors";
import type { LinkEntry } from "../../migration/links";
import { textOf } from "../../util/text-of";
import { yamlDocuments } from "../../util/yaml-documents";

/** 20,000 workspaces and their repositories. */
const LARGEST = 4 * 2 ** 20;
const FIX = "one line for each workspace: name: group/project, or name: group/project@branch";

/**
 * Reads a file of links, or standard input for `-`. Every value is text as it is written: a workspace may be called `1e3`.
 *
 * @throws UsageError with every problem of the file's form.
 */
export async function readLinks(io: Io, source: string): Promise<readonly LinkEntry[]> {
  const { bytes, name } = await readInput(io, source, { limit: LARGEST });
  const decoded = textOf(bytes);
  if (decoded.type === "wrong")
    throw new UsageError({ rule: "restore/links", file: name, message: `it ${decoded.reason}`, fix: FIX });
  const { lines, document, troubles } = yamlDocuments(decoded.text, { schema: "failsafe" });
  const at = (offset: number | undefined) => (offset === undefined ? name : `${name}:${lines.linePos(offset).line}`);
  const problem = (message: string, offset?: number): Problem => ({
    rule: "restore/links",
    file: at(offset),
    message,
    fix: FIX,
  });
  const problems = troubles.map(({ message, offset }) => problem(message, offset));
  const contents = document?.contents ?? null;
  if (problems.length === 0 && !isMap(contents)) {
    problems.push(problem(contents === null ? "the file contains no links" : "this is not a map of workspaces"));
  }
  if (problems.length > 0 || !isMap(contents)) throw new UsageError(problems);
  return contents.items.map(({ key, value }) => ({
    workspace: scalarText(key) ?? "",
    repository: scalarText(value),
    file: at(isScalar(key) ? key.range?.[0] : undefined),
  }));
}

const scalarText = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value === "string" ? node.value : undefined;
