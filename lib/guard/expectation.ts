import { z } from "zod";
import { ResourceKind, VcsResource } from "../kinds";
import { VcsRepo } from "../kinds/vcs-repo";

export const EXPECTATION_VERSION = 1;

/** A VCS-connected resource that this run may write to. */
export const ExpectedLink = z.strictObject({
  kind: ResourceKind,
  /** The API's id. */
  id: z.string(),
  name: z.string(),
  /** Where it is read and patched, below the API's root, such as `workspaces/ws-1`. */
  path: z.string(),
  /** Its link as it shall be, but for the token. */
  vcsRepo: VcsRepo.omit({ oauthTokenId: true }),
  /** The token that it shall have; null for that of the connection which this run makes. */
  to: z.string().nullable(),
  /** It has lost its link: the whole link is sent, as it was last seen. */
  reconnect: z.boolean(),
  /** What was reviewed: the record that the plan was made from. */
  reviewed: VcsResource,
});
export type ExpectedLink = z.infer<typeof ExpectedLink>;

/** Whether a link is to be changed on the server. The others are as they shall be, and only Terraform's state may lack them. */
export function isToChange({ reconnect, to, reviewed }: ExpectedLink): boolean {
  return reconnect || to === null || reviewed.vcsRepo?.oauthTokenId !== to;
}

/** The new connection as this run makes or changes it. Its token is no part: it is compared with the one that the run was given. */
export const ExpectedConnection = z.strictObject({
  /** The connection that is changed; null for one that is made, once. */
  id: z.string().nullable(),
  name: z.string(),
  serviceProvider: z.string(),
  httpUrl: z.string(),
  apiUrl: z.string(),
  organizationScoped: z.boolean(),
  /** Whether its scope may change too. A reviewed replacement of its token changes the token alone. */
  changesScope: z.boolean(),
  agentPoolId: z.string().nullable(),
});
export type ExpectedConnection = z.infer<typeof ExpectedConnection>;

/** What a run's writes go by, and since when it is so. */
export const bases = {
  "reviewed-plan": { says: "the reviewed plan", since: "it was reviewed" },
  "organization-file": { says: "the organization file", since: "this run read it" },
} as const;

/**
 * Which writes a run may send: what is expected, and nothing else. It goes from one process to another, and holds no secret. A plan
 * expects none.
 */
export const GuardExpectation = z.strictObject({
  version: z.literal(EXPECTATION_VERSION),
  basis: z.enum(["reviewed-plan", "organization-file"]),
  hostname: z.string(),
  organization: z.string(),
  links: z.array(ExpectedLink),
  connection: ExpectedConnection.nullable(),
  /** Projects that the new connection is attached to; `connectionId` is null for the connection that this run makes. */
  projectLinks: z.array(z.strictObject({ connectionId: z.string().nullable(), projectId: z.string() })),
});
export type GuardExpectation = z.infer<typeof GuardExpectation>;
