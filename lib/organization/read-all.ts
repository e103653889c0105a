import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors";
import { readText } from "../files/read-file";
import { organizationKey } from "./key";
import { type ParsedOrganizationFile, parseOrganizationFile } from "./parse";
import { patterns } from "./patterns";
import type { LoadedOrganizationFile } from "./together";

export const FOLDER = "organizations";

/** Room for the names of 20,000 workspaces, of at most 90 characters. */
const LARGEST = 2 * 2 ** 20;

/**
 * Every file of a project's `organizations/`, in the order of their names.
 *
 * @throws UsageError when there is no such folder.
 */
export function readAll(root: string): readonly LoadedOrganizationFile[] {
  const folder = join(root, FOLDER);
  if (!existsSync(folder)) {
    throw new UsageError({
      rule: "organization/no-folder",
      file: folder,
      message: "there is no such folder",
      fix: "run in the project folder or give it with --root; docs/reference/organization-file.md describes the organization file",
    });
  }
  return (
    readdirSync(folder)
      // Editors keep hidden files beside the one that is edited.
      .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith("."))
      .sort()
      .map((name) => ({ file: `${FOLDER}/${name}`, parsed: readOne(join(folder, name), `${FOLDER}/${name}`) }))
  );
}

function readOne(path: string, file: string): ParsedOrganizationFile {
  const wrong = (rule: string, message: string, fix: string): ParsedOrganizationFile => ({
    type: "wrong",
    problems: [{ rule: `organization/${rule}`, file, message, fix }],
    identity: { hostname: undefined, organization: undefined },
  });
  if (!patterns.fileName.test(organizationKey({ file }))) {
    return wrong(
      "file-name",
      "a stack and other files get the file's name; expected letters, digits, . - and _",
      "rename the file; the organization's name goes into the file",
    );
  }
  const fix = "make it a UTF-8 file that you may read, or move it out of this folder";
  try {
    const text = readText(path, { rule: "organization/unreadable", shown: file, limit: LARGEST, fix });
    return text === undefined ? wrong("unreadable", "it no longer exists", fix) : parseOrganizationFile(text, file);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { type: "wrong", problems: error.problems, identity: { hostname: undefined, organization: undefined } };
  }
}
