import { z } from "zod";
import { readIfPresent } from "./atomic";

/** The parts of Terraform's state format 4 that say what a state holds; `terraform state list` shows the same. */
const State = z.object({
  resources: z.array(z.object({ mode: z.string(), type: z.string(), name: z.string() })).default([]),
});

/** What a state in a file holds. `unreadable`: it is there and cannot be told. */
export type LocalState =
  | { readonly type: "none" }
  | { readonly type: "unreadable" }
  | {
      readonly type: "read";
      /** Of managed resources, such as `tfe_workspace.app`. */
      readonly addresses: ReadonlySet<string>;
    };

/** Looks into the file of a local backend. */
export function readLocalState(file: string): LocalState {
  const bytes = readIfPresent(file);
  if (bytes === undefined || bytes.length === 0) return { type: "none" };
  try {
    const { resources } = State.parse(JSON.parse(bytes.toString("utf8")));
    const managed = resources.filter(({ mode }) => mode === "managed");
    return { type: "read", addresses: new Set(managed.map(({ type, name }) => `${type}.${name}`)) };
  } catch {
    return { type: "unreadable" };
  }
}
