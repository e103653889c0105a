import { z } from "zod";

export const EXPIRY_VERSION = 1;

/** From the worst to the best: what a table and a script look for first. */
export const statuses = ["failed", "error", "unknown", "warning", "ok"] as const;

/** How long the PAT of one organization lasts. */
export const ExpiryEntry = z.strictObject({
  /** The organization file's name, without `.yaml`. */
  name: z.string(),
  /** Null where the organization file cannot be read. */
  hostname: z.string().nullable(),
  organization: z.string().nullable(),
  /**
   * `error`: the PAT does not work, or not for long. `unknown`: GitLab does not say how long. `failed`: it could not be checked; what is
   * said of it then is what the inventory recorded.
   */
  status: z.enum(statuses),
  /** What was found. */
  what: z.string(),
  /** What to do next; null where there is nothing to do. */
  next: z.string().nullable(),
  /** Who says so: GitLab, asked now, or the inventory, which recorded what GitLab said; null where nobody does. */
  source: z.enum(["gitlab", "inventory"]).nullable(),
  /** When GitLab said it, RFC 3339 in UTC. */
  readAt: z.string().nullable(),
  /** Whether GitLab takes it, with the scope that TFE needs; null where that is not known. */
  usable: z.boolean().nullable(),
  /** `never` for a token without an expiry date. */
  expires: z.enum(["on-date", "never", "unknown"]),
  /** The day at whose 00:00 UTC it ends, such as 2027-01-31; null unless `expires` is `on-date`. */
  expiresOn: z.string().nullable(),
  /** Whole days left: 0 on the last one, negative once it is over; null unless `expires` is `on-date`. */
  daysLeft: z.number().int().nullable(),
});
export type ExpiryEntry = z.infer<typeof ExpiryEntry>;

/** What `repoint expiry --json` prints. */
export const ExpiryReport = z.strictObject({
  version: z.literal(EXPIRY_VERSION),
  /** When it was made, RFC 3339 in UTC. */
  at: z.string(),
  minDays: z.number().int(),
  warnDays: z.number().int(),
  exitCode: z.number().int(),
  /** Soonest first. */
  organizations: z.array(ExpiryEntry),
});
export type ExpiryReport = z.infer<typeof ExpiryReport>;

/** The JSON schema of a report, as kept in docs/expiry.schema.json. */
export function expiryJsonSchema(): unknown {
  return {
    title: "repoint expiry --json",
    description: "How long the PATs of organizations last.",
    ...z.toJSONSchema(ExpiryReport, { target: "draft-2020-12" }),
  };
}
