import { z } from "zod";
import { Review } from "./model";

/** The JSON schema of a review, as kept in docs/review.schema.json. */
export function reviewJsonSchema(): unknown {
  return {
    title: "repoint review --json",
    description: "What `repoint review` found in a Terraform plan.",
    ...z.toJSONSchema(Review, { target: "draft-2020-12" }),
  };
}
