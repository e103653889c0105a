import { errorCode } from "./error-code";

/** What the system says of a file or folder that cannot be used, in words. */
export interface FileTrouble {
  readonly message: string;
  readonly fix: string;
  /** Whether another name would do: then it is the command line that is wrong. */
  readonly wrongName: boolean;
}

const room = "free some space on that disk, then run the command again: it continues where it stopped";
const rights = "give this user write permission there, or use another folder; then run the command again";
const name = "give another name";

const troubles: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ["no space is left on the disk", room],
  EDQUOT: ["the disk quota is used up", room],
  EFBIG: ["the file would be too large", room],
  EROFS: ["the file system is read-only", rights],
  EACCES: ["permission denied", rights],
  EPERM: ["the system does not permit it", rights],
  EIO: ["the disk failed", "check the system's log for the disk"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n), then run the command again"],
  ENFILE: ["too many files are open in the system", "run the command again later"],
  EISDIR: ["it is a folder; a file is expected", name],
  ENOTDIR: ["a part of the path is a file; a folder is expected", name],
  EEXIST: ["a part of the path is a file; a folder is expected", name],
  ENOENT: ["its folder does not exist and cannot be created", rights],
  ENAMETOOLONG: ["the name is too long", name],
  ELOOP: ["its symbolic links form a loop", name],
  ENXIO: ["nothing reads from this pipe", name],
};

/** What one of the system's codes says, in words. */
export function troubleWords(code: string): string | undefined {
  return troubles[code]?.[0];
}

/** The trouble with a file that an error tells of; undefined for every other error. */
export function fileTrouble(error: unknown): FileTrouble | undefined {
  const code = errorCode(error) ?? "";
  const found = troubles[code];
  if (found === undefined || typeof error !== "object" || error === null) return undefined;
  const { syscall, path }: { syscall?: unknown; path?: unknown } = error;
  // The network and processes know some of these codes too.
  if (typeof syscall !== "string" || /^(spawn|connect|listen|bind|getaddrinfo)/.test(syscall)) return undefined;
  if (code === "ENOENT" && syscall !== "mkdir") return undefined;
  const [reason, fix] = found;
  return {
    message: `${typeof path === "string" ? path : "a file"} cannot be used: ${reason} (${code})`,
    fix,
    wrongName: fix === name,
  };
}

/** Does something with a file; an error names the file even where the system does not, and not a temporary one beside it. */
export function namingFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (typeof error === "object" && error !== null && errorCode(error) !== undefined) Reflect.set(error, "path", file);
    throw error;
  }
}
