import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { jsonReview } from "../../lib/report/json-review";
import { reviewJsonSchema } from "../../lib/review/json-schema";
import { fixture, organizationFile, reviewOf } from "./support";

const kept: unknown = JSON.parse(readFileSync(join(__dirname, "../../docs/review.schema.json"), "utf8"));

describe("docs/review.schema.json", () => {
  it("is what the model says", () => {
    expect(kept).toEqual(reviewJsonSchema());
  });

  it("holds for every review", () => {
    const validate = new Ajv2020({ strict: true }).compile(reviewJsonSchema() as object);
    for (const name of ["move", "done", "forget", "forgotten", "existing", "drift", "destroy", "plain", "module"]) {
      for (const expectation of [undefined, organizationFile()]) {
        const document: unknown = JSON.parse(jsonReview(reviewOf(fixture(name), expectation)));
        validate(document);
        expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
      }
    }
  });

  it("begins with the verdict and the findings", () => {
    expect(Object.keys(JSON.parse(jsonReview(reviewOf(fixture("destroy"))))).slice(0, 3)).toEqual([
      "version",
      "verdict",
      "findings",
    ]);
  });
});
