import { z } from "zod";
import { VcsRepo } from "./vcs-repo";

const text = z.string();
const optionalText = z.string().nullable();

/** What is recorded at first sight and never changed afterwards: every re-pointing is undone from it. */
export const Baseline = z.strictObject({
  /** The Terraform resource name, fixed for good, so that renaming never moves an address. */
  address: text,
  name: text,
  /** The connection (OAuth client) that the token belonged to; null when its token was already unknown then. */
  connectionId: optionalText,
  vcsRepo: VcsRepo,
});
export type Baseline = z.infer<typeof Baseline>;

const common = {
  /** The API's id, for example `ws-…`. */
  id: text,
  name: text,
  projectId: optionalText,
  /** Present from the first reading at which the resource had a VCS link. */
  baseline: Baseline.optional(),
  /** As of the last reading; null when it has no VCS link now. */
  vcsRepo: VcsRepo.nullable(),
  /** The last link that was seen, kept while `vcsRepo` is null: what reconnecting needs. */
  lastVcsRepo: VcsRepo.optional(),
  /**
   * The webhooks with which it was seen, oldest first, each with the token that it had then. Of an address only the SHA-256 is
   * kept, since who knows the address can start runs. What TFE leaves behind in GitLab is told by it from what others use.
   */
  webhooks: z.array(z.strictObject({ sha256: text, oauthTokenId: optionalText })).optional(),
  /** Whether it was ever in a synthesized configuration, and so may be in a Terraform state: it then leaves only by release. */
  adopted: z.boolean(),
  /** The last complete reading did not find it any more. */
  gone: z.boolean(),
};

/** What the inventory keeps of a resource of one kind. */
export const recordOf = <K extends string, S extends z.ZodType>(kind: K, settings: S) =>
  z.strictObject({ kind: z.literal(kind), ...common, settings });

/** Of a record, what one reading of the server tells. */
export type Reading<R> = R extends unknown ? Omit<R, "baseline" | "adopted" | "gone" | "lastVcsRepo"> : never;
