import type { DraftOrganizationFile } from "../draft";
import type { Finding } from "../finding";

/** A rule that an organization file must keep beyond its schema. Pure. What the schema refused is undefined, and judged no further. */
export interface Rule {
  /** Its stable name, without the `organization file/` in front. */
  readonly id: string;
  readonly check: (organizationFile: DraftOrganizationFile) => readonly Finding[];
}
