import { z } from "zod";

export const statuses = ["error", "warning", "unknown", "ok"] as const;

/** What one check says of one subject. */
export const PreflightFinding = z.strictObject({
  /** The check's stable name, such as `repository-role`. */
  check: z.string(),
  /** What it is about: a repository, a variable, a connection. */
  subject: z.string(),
  /** `unknown`: nobody could tell. It is never `ok`. */
  status: z.enum(statuses),
  /** What was found. */
  what: z.string(),
  /** What to do about it; null where there is nothing to do. */
  remedy: z.string().nullable(),
});
export type PreflightFinding = z.infer<typeof PreflightFinding>;

/** A finding without the name of its check. */
export type Said = Omit<PreflightFinding, "check">;
