import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Io } from "../../cli/io";
import { UsageError } from "../../errors";

/** The folders of a project whose files no report may take the place of. */
const OWN: ReadonlySet<string> = new Set(["inventory", "organizations", ".repoint"]);

/**
 * Where a report goes that the user names a file for. What is there is replaced, but never a file that Repoint or Terraform needs.
 *
 * @param needsFolder whether the folder must be there: one that is made for a typo would be read by nobody. @default false
 * @throws UsageError for a file of the project's own, or a folder that is missing
 */
export function outputPath(io: Io, target: string, needsFolder = false): string {
  const path = resolve(io.cwd, target);
  const [first = "", ...rest] = relative(io.cwd, path).split(sep);
  const isOwn = (OWN.has(first) && rest.length > 0) || /\.tfstate(\.|$)/.test(basename(path));
  if (isOwn) {
    throw new UsageError({
      rule: "output/own-file",
      file: target,
      message: "it is a file of the project's own, which a report would overwrite",
      fix: "name another file for the report",
    });
  }
  if (needsFolder && !existsSync(dirname(path))) {
    throw new UsageError({
      rule: "output/no-folder",
      file: target,
      message: `there is no folder ${dirname(target)}`,
      fix: "name a file in a folder that exists, or create it first",
    });
  }
  return path;
}
