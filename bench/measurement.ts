/** One number that was measured, and what it is to stay below. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
}

/** A benchmark: a module of its own, so that each runs in a process of its own and its memory is its own. */
export interface Bench {
  readonly run: () => Promise<readonly Measurement[]>;
}
