import { z } from "zod";
import { jsonText } from "../util/json-text";
import { OrganizationFile } from "./schema";

/** The JSON schema of an organization file, for editors: `docs/organization.schema.json` holds it, and a test holds both equal. */
export function organizationJsonSchema(): string {
  return `${jsonText(z.toJSONSchema(OrganizationFile, { target: "draft-7" }), 2)}\n`;
}
