import { z } from "zod";
import { parseJson } from "../util/json";
import { jsonText } from "../util/json-text";
import { writeFileAtomic } from "./atomic";
import { readBytes } from "./read-file";

export const VERIFICATION_VERSION = 1;

/** The last verification of an organization, in `.repoint/ORG/verification.json`: `status` and the next one go by it. */
export const VerificationRecord = z.strictObject({
  version: z.literal(VERIFICATION_VERSION),
  /** RFC 3339 in UTC. */
  at: z.string(),
  ok: z.boolean(),
  /** SHA-256, in hex, of the plan that it compared with; null where none was applied yet. */
  planSha256: z.string().nullable(),
  /** Ids of what was seen, since that plan was applied, moved or taken back with nothing else changed. */
  proven: z.array(z.string()),
  /** What was not as it should be. */
  failed: z.array(
    z.strictObject({
      kind: z.string(),
      id: z.string(),
      name: z.string(),
      wave: z.string().nullable(),
      detail: z.string(),
      /** Whether another plan and apply is what to do about it. */
      byPlan: z.boolean(),
    }),
  ),
  /** What was wrong beside single resources: the connection, webhooks, counts. */
  problems: z.array(z.string()),
});
export type VerificationRecord = z.infer<typeof VerificationRecord>;

/**
 * The last verification; undefined before the first, or where the file's content is of no use: a new verification makes it anew.
 *
 * @throws UsageError when it is no file that can be read
 */
export function readVerification(file: string): VerificationRecord | undefined {
  const bytes = readBytes(file, { rule: "verify/record", fix: "move it away; the next verification writes a new one" });
  const json = bytes === undefined ? undefined : parseJson(bytes.toString("utf8"));
  return json?.type === "value" ? VerificationRecord.safeParse(json.value).data : undefined;
}

export function writeVerification(file: string, record: VerificationRecord): void {
  writeFileAtomic(file, `${jsonText(record, 1)}\n`);
}
