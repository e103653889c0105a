import { errorCode } from "../../util/error-code";

/** Why something cannot be read (any further), in words and without its path. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return "no such file";
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    case "EISDIR":
      return "it is a directory";
    case "Z_BUF_ERROR":
      return "the compressed data ends in the middle";
    default:
      if (code?.startsWith("Z_") === true) return "the compressed data is damaged";
      return messageOf(error);
  }
}

/** An error's message; errors of another realm are not `instanceof Error`. */
function messageOf(error: unknown): string {
  const known = typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
  return known ? String(error.message) : String(error);
}
