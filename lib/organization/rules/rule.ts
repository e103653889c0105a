import type { WishFile } from "../schema";

/** One thing that is wrong with a wish: where, what, and what to do. */
export interface Finding {
  /** The keys and indices that lead to the value. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/** A rule that a wish must keep beyond its schema. Pure. */
export interface Rule {
  /** Its stable name, without the `wish/` in front. */
  readonly id: string;
  readonly check: (wish: WishFile) => readonly Finding[];
}
