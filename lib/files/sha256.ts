import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** SHA-256 of a text as UTF-8, in hex. */
export function textSha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 of a file's bytes, in hex. */
export function fileSha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
