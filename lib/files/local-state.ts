import { z } from "zod";
import { parseJson } from "../util/json";
import { readBytes } from "./read-file";

/** The parts of Terraform's state format 4 that say what a state holds; `terraform state list` shows the same. */
const State = z.object({
  resources: z
    .array(
      z.object({
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z.array(z.object({ attributes: z.object({ id: z.string().nullish() }).nullish() })).default([]),
      }),
    )
    .default([]),
});

/** What a state in a file holds. `unreadable`: it is there and cannot be told. */
export type LocalState =
  | { readonly type: "none" }
  | { readonly type: "unreadable" }
  | {
      readonly type: "read";
      /** Of managed resources, such as `tfe_workspace.app`. */
      readonly addresses: ReadonlySet<string>;
      /** Ids by address, of those that have one. */
      readonly ids: ReadonlyMap<string, string>;
    };

/** Looks into the file of a local backend. */
export function readLocalState(file: string): LocalState {
  const bytes = readBytes(file, { rule: "state/unreadable", fix: "restore the state file that Terraform wrote" });
  if (bytes === undefined || bytes.length === 0) return { type: "none" };
  const json = parseJson(bytes.toString("utf8"));
  const state = json.type === "value" ? State.safeParse(json.value).data : undefined;
  if (state === undefined) return { type: "unreadable" };
  const managed = state.resources.filter(({ mode }) => mode === "managed");
  const ids = managed.flatMap(({ type, name, instances }) => {
    const id = instances[0]?.attributes?.id;
    return id == null ? [] : [[`${type}.${name}`, id] as const];
  });
  return {
    type: "read",
    addresses: new Set(managed.map(({ type, name }) => `${type}.${name}`)),
    ids: new Map(ids),
  };
}
