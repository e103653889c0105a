import { readFileSync } from "node:fs";
import { isMissing } from "../util/error-code";

/** What a Terraform state file holds. */
export type StateFile =
  | { readonly type: "absent" }
  /** Without a byte. Terraform makes such a file when it locks a state that is not there yet, and takes it for no state. */
  | { readonly type: "empty" }
  /** Cut off, or no state at all. */
  | { readonly type: "broken"; readonly bytes: number }
  | { readonly type: "whole"; readonly bytes: number; readonly lineage: string; readonly serial: number };

/** Looks into a state file (format 4: `version`, `lineage`, `serial`). */
export function readStateFile(file: string): StateFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return { type: "absent" };
    throw error;
  }
  return parseState(text);
}

/** As {@link readStateFile}, of a state's text. */
export function parseState(text: string): Exclude<StateFile, { readonly type: "absent" }> {
  if (text === "") return { type: "empty" };
  const bytes = Buffer.byteLength(text);
  try {
    const state: unknown = JSON.parse(text);
    if (typeof state === "object" && state !== null && "lineage" in state && "serial" in state) {
      const { lineage, serial } = state;
      if (typeof lineage === "string" && typeof serial === "number") return { type: "whole", bytes, lineage, serial };
    }
  } catch {
    // Cut off.
  }
  return { type: "broken", bytes };
}
