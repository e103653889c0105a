import { createHash } from "node:crypto";
import { UsageError } from "../errors";
import { readBytes } from "./read-file";

/** SHA-256 of a text as UTF-8, in hex. */
export function textSha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 of a file's bytes, in hex. @throws UsageError when it is not there, or is no file that can be read */
export function fileSha256(file: string): string {
  const purpose = { rule: "file/unreadable", fix: "recreate it with the command that wrote it", limit: 2 ** 31 - 1 };
  const bytes = readBytes(file, purpose);
  if (bytes === undefined)
    throw new UsageError({ rule: purpose.rule, file, message: "there is no such file", fix: purpose.fix });
  return createHash("sha256").update(bytes).digest("hex");
}
