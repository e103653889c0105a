import type { DraftWish } from "../draft";
import type { Finding } from "../finding";

/** A rule that a wish must keep beyond its schema. Pure. What the schema refused is undefined, and judged no further. */
export interface Rule {
  /** Its stable name, without the `wish/` in front. */
  readonly id: string;
  readonly check: (wish: DraftWish) => readonly Finding[];
}
