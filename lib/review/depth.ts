import { UsageError } from "../errors";

/** Runs what descends into a document. One that is nested beyond the stack's reach is no plan, and no defect of ours. */
export function refuseDeep<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError({
      rule: "plan-json/depth",
      file,
      message: "it is nested more deeply than any plan",
      fix: "give the whole output of `terraform show -json PLANFILE`, unchanged",
    });
  }
}
