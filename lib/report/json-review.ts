import type { Review } from "../review/model";
import { jsonText } from "../util/json-text";

/** The review itself (docs/review.schema.json). */
export function jsonReview(review: Review): string {
  return `${jsonText(review, 2)}\n`;
}
