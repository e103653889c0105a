import { z } from "zod";
import { writeFileAtomic } from "../../files/atomic";
import { readBytes } from "../../files/read-file";
import { parseJson } from "../../util/json";
import { jsonText } from "../../util/json-text";

export const READINGS_VERSION = 1;

/** What GitLab said of one repository. */
export const RepositoryReading = z.strictObject({
  /** RFC 3339 in UTC. */
  at: z.string(),
  /** Whether the token's user may make webhooks there. */
  rights: z.enum(["may", "may-not", "unknown"]),
  /** Why not, or why nobody knows; empty where it may. */
  reason: z.string(),
  remedy: z.string(),
  /** Its path now, where GitLab has moved it; null where it is where it was. */
  movedTo: z.string().nullable(),
  /** How many webhooks it has; null where they were not counted. */
  webhooks: z.number().int().nullable(),
  archived: z.boolean().nullable(),
});
export type RepositoryReading = z.infer<typeof RepositoryReading>;

/** Readings of repositories, in `.repoint/ORG/preflight.json`: a run that stops is continued, and `plan` goes by them. */
const Readings = z.strictObject({
  version: z.literal(READINGS_VERSION),
  /** The GitLab that was asked. */
  apiUrl: z.string(),
  /** GitLab's id of the token that asked: another token may see something else. */
  tokenId: z.number().int(),
  repositories: z.record(z.string(), RepositoryReading),
});
export type Readings = z.infer<typeof Readings>;

/** Kept readings; none where they are of another token, another GitLab, or no use: the next preflight makes them anew. */
export function readReadings(
  file: string,
  of: Pick<Readings, "apiUrl" | "tokenId">,
): ReadonlyMap<string, RepositoryReading> {
  const bytes = readBytes(file, { rule: "preflight/readings", fix: "move it away: the next preflight makes it anew" });
  const json = bytes === undefined ? undefined : parseJson(bytes.toString("utf8"));
  const parsed = json?.type === "value" ? Readings.safeParse(json.value).data : undefined;
  const same = parsed?.apiUrl === of.apiUrl && parsed.tokenId === of.tokenId;
  return new Map(same ? Object.entries(parsed.repositories) : []);
}

export function writeReadings(file: string, readings: Omit<Readings, "version">): void {
  writeFileAtomic(file, `${jsonText({ version: READINGS_VERSION, ...readings }, 1)}\n`);
}
