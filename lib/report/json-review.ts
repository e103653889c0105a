import type { Review } from "../review/model";

/** The review itself (docs/review.schema.json). */
export function jsonReview(review: Review): string {
  return `${JSON.stringify(review, null, 2)}\n`;
}
