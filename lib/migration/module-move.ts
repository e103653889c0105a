import { z } from "zod";
import type { ConnectionRecord } from "../inventory/schema";
import { VcsRepo } from "../kinds/vcs-repo";

/** A registry module that is re-pointed over the API, after Terraform's apply: it is in no state. */
export const ModuleMove = z.strictObject({
  id: z.string(),
  name: z.string(),
  wave: z.string(),
  /** Where it is patched, below `/api/v2/`. */
  path: z.string(),
  /** Its link as it shall be, but for the token. */
  vcsRepo: VcsRepo.omit({ oauthTokenId: true }),
  /** The token that it has now; null when it has lost its link, and is linked again as last seen. */
  from: z.string().nullable(),
  /** The token that it shall have; null for the new connection's while that does not exist. */
  to: z.string().nullable(),
});
export type ModuleMove = z.infer<typeof ModuleMove>;

/** Why {@link onlyToken} does not name one. */
export type TokenFound =
  | { readonly type: "one"; readonly id: string }
  | { readonly type: "not-one"; readonly reason: string };

/** The one token of the new connection. */
export function onlyToken(connections: readonly ConnectionRecord[]): TokenFound {
  const tokens = connections.flatMap((connection) => connection.tokens.map(({ id }) => id));
  const [id] = tokens;
  if (id !== undefined && tokens.length === 1) return { type: "one", id };
  const found = connections.map((connection) => `${connection.id} with ${connection.tokens.length} token(s)`);
  return {
    type: "not-one",
    reason: `the new connection must be one with one token; there is ${found.join(", ") || "none"}`,
  };
}
