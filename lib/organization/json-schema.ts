import { z } from "zod";
import { WishFile } from "./schema";

/** The JSON schema of a wish, for editors: `docs/organization.schema.json` holds it, and a test holds both equal. */
export function wishJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(WishFile, { target: "draft-7" }), null, 2)}\n`;
}
