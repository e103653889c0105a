/**
 * Matchers for jest, for the tests of an app that uses Repoint's constructs:
 *
 *     import { matchers } from "repoint/testing";
 *     expect.extend(matchers);
 *     expect(stack).toRepointOnly();
 *     expect(planJson).toPassReview();
 */
import type { ReviewExpectation } from "../review/expectation";
import type { JsonObject } from "../review/json";
import { readPlan } from "../review/read-plan";
import { reviewPlan } from "../review/review";
import { jsonText } from "../util/json-text";
import { beyondRepointing } from "./beyond-repointing";

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A stack, or what it was synthesized to: Terraform's JSON as a text (`Testing.synth(stack)`) or a value. */
export type Synthesized = string | { toTerraform(): unknown } | object;

/** Holds where a stack re-points and does nothing else: it destroys, creates and changes nothing but connections and tokens. */
function toRepointOnly(received: Synthesized): Outcome {
  const found = beyondRepointing(configurationOf(received));
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? "the configuration re-points only"
        : `the configuration does more than re-point:\n${found.map((line) => `  - ${line}`).join("\n")}`,
  };
}

/**
 * Holds where a plan passes the review.
 *
 * @param received what `terraform show -json PLANFILE` prints
 * @param expectation what the plan should contain. @default nothing: the plan is reviewed by itself
 */
function toPassReview(received: string | Buffer, expectation?: ReviewExpectation): Outcome {
  const review = reviewPlan(readPlan(received, "the plan"), expectation);
  const errors = review.findings.filter(({ severity }) => severity === "error");
  return {
    pass: review.verdict === "pass",
    message: () =>
      errors.length === 0
        ? "the plan passes the review"
        : `the plan fails the review:\n${errors.map(({ rule, address, message }) => `  - ${address === null ? "" : `${address}: `}${message} [${rule}]`).join("\n")}`,
  };
}

function configurationOf(received: Synthesized): JsonObject {
  if (typeof received === "string") return JSON.parse(received);
  const json =
    "toTerraform" in received && typeof received.toTerraform === "function" ? received.toTerraform() : received;
  return JSON.parse(jsonText(json));
}

/** To be given to jest's `expect.extend`. */
export const matchers = { toRepointOnly, toPassReview };

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: it must have the parameters of @types/jest's own.
    interface Matchers<R, T = {}> {
      /** Holds where a stack, or what it was synthesized to, re-points and does nothing else. */
      toRepointOnly(): R;
      /** Holds where a plan (`terraform show -json`) passes the review. */
      toPassReview(expectation?: ReviewExpectation): R;
    }
  }
}
