import { readBytes } from "../files/read-file";
import { parseJson } from "../util/json";

/** What a Terraform state file holds. */
export type StateFile =
  | { readonly type: "absent" }
  /** Without a byte. Terraform makes such a file when it locks a state that is not there yet, and takes it for no state. */
  | { readonly type: "empty" }
  /** Cut off, or no state at all. */
  | { readonly type: "broken"; readonly bytes: number }
  | { readonly type: "whole"; readonly bytes: number; readonly lineage: string; readonly serial: number };

/** Looks into a state file (format 4: `version`, `lineage`, `serial`). @throws UsageError when it is no file that can be read */
export function readStateFile(file: string): StateFile {
  const bytes = readBytes(file, { rule: "state/unreadable", fix: "restore the state file that Terraform wrote" });
  return bytes === undefined ? { type: "absent" } : parseState(bytes.toString("utf8"));
}

/** As {@link readStateFile}, of a state's text. */
export function parseState(text: string): Exclude<StateFile, { readonly type: "absent" }> {
  if (text === "") return { type: "empty" };
  const bytes = Buffer.byteLength(text);
  const json = parseJson(text);
  const state = json.type === "value" ? json.value : undefined;
  if (typeof state === "object" && state !== null && "lineage" in state && "serial" in state) {
    const { lineage, serial } = state;
    if (typeof lineage === "string" && typeof serial === "number") return { type: "whole", bytes, lineage, serial };
  }
  return { type: "broken", bytes };
}
