import type { StateFile } from "../terraform/state-file";

/** A state file's content, as it was found or sent. */
export interface Snapshot {
  /** Of its bytes, in hex; of no bytes where there is no file. */
  readonly sha256: string;
  readonly state: StateFile;
}

/** What becomes of a state that Terraform sends. */
export type SaveRuling =
  | { readonly type: "save" }
  /** It is there already: Terraform sends it again where the answer to the first was lost. */
  | { readonly type: "same" }
  /** `reason` is a sentence without its full stop. */
  | { readonly type: "refuse"; readonly reason: string };

/**
 * Whether a state may take the place of the one in the file. An older one never does, nor one of another lineage, nor any where another
 * program has changed the file since this run read or wrote it.
 *
 * @param lastSeen `sha256` of what this run last read or wrote; undefined where it did neither
 */
export function judgeSave(incoming: Snapshot, present: Snapshot, lastSeen: string | undefined): SaveRuling {
  if (incoming.state.type !== "whole") return refuse("Terraform sent an incomplete state");
  if (incoming.sha256 === present.sha256) return { type: "same" };
  if (lastSeen !== undefined && present.sha256 !== lastSeen)
    return refuse("another program has changed the file since this run read it");
  switch (present.state.type) {
    case "absent":
    case "empty":
      return { type: "save" };
    case "broken":
      return refuse("the file does not contain a complete state");
    case "whole":
      if (present.state.lineage !== incoming.state.lineage)
        return refuse(`the file contains another state (lineage ${present.state.lineage})`);
      if (incoming.state.serial <= present.state.serial)
        return refuse(`the file contains a newer state (serial ${present.state.serial}, not ${incoming.state.serial})`);
      return { type: "save" };
  }
}

const refuse = (reason: string): SaveRuling => ({ type: "refuse", reason });
