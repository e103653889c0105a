import { z } from "zod";
import { jsonText } from "../util/json-text";
import { WishFile } from "./schema";

/** The JSON schema of a wish, for editors: `docs/organization.schema.json` holds it, and a test holds both equal. */
export function wishJsonSchema(): string {
  return `${jsonText(z.toJSONSchema(WishFile, { target: "draft-7" }), 2)}\n`;
}
