/** One number that was measured, and what it is to stay below. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
}
