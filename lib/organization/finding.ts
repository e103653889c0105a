/** The keys and indices that lead to a value of an organization file. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with an organization file: where, what, and what to do. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}

/** A finding with the rule that made it, and its place in the text where the path alone does not tell. */
export interface PlacedFinding extends Finding {
  /** The rule's name, without the `organization file/` in front. */
  readonly rule: string;
  /** Characters from the text's beginning. */
  readonly offset?: number | undefined;
}
