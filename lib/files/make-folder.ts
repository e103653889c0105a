import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../util/error-code";

/**
 * Makes a folder and those above it, unless they are there. Node's own `recursive` does not return where a folder's parent is there
 * and the system says of the folder itself that its parent is missing (ENOENT), as Linux does below `/proc`.
 *
 * @param mode permission bits of each folder that is made. @default 0o777 without the umask's
 */
export function makeFolder(folder: string, mode?: number): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (errorCode(error) !== "EEXIST" || !isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
