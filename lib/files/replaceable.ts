import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../util/error-code";

/**
 * Why a file should not be replaced by a new one of its name, but be written to as it is: the new one would have another owner, or fewer
 * names, or its folder takes no new file.
 *
 * @returns undefined where it can be replaced, or made
 */
export function whyNotReplaced(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() === false) return `${file} is not a regular file`;
  if (stat !== undefined && process.getuid !== undefined && stat.uid !== process.getuid())
    return `${file} belongs to another user`;
  if (stat !== undefined && stat.nlink > 1) return `${file} has several hard links`;
  const folder = dirname(stat === undefined ? file : realpathSync(file));
  return existsSync(folder) && !isWritable(folder) ? `no file can be created in ${folder}` : undefined;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}
