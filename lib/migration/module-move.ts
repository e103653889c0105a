import { z } from "zod";
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
