import { sarifReview } from "../../lib/report/sarif-review";
import { finding, large, reviewed } from "./support";

describe("sarifReview", () => {
  it("has every rule, and a result a finding", () => {
    const review = reviewed("module");
    const { version, runs } = JSON.parse(sarifReview(review, "organizations/acme.yaml", "1.2.3"));
    const [run] = runs;
    expect(version).toBe("2.1.0");
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(review.rules.map(({ id }) => id));
    expect(run.results).toEqual([
      {
        ruleId: "nothing-replaced",
        ruleIndex: 1,
        level: "error",
        message: { text: expect.stringMatching(/^it would be replaced.*\. What to do: .*\.$/) },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: "organizations/acme.yaml" }, region: { startLine: 1 } },
            logicalLocations: [{ fullyQualifiedName: "tfe_registry_module.vpc", kind: "resource" }],
          },
        ],
        partialFingerprints: { "repointFinding/v1": expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
  });

  it("suppresses what is allowed, with its reason", () => {
    const { runs } = JSON.parse(sarifReview(large(1, [finding(1, { allowed: "agreed" })]), "a b.yaml", "1"));
    expect(runs[0].results[0]).toMatchObject({
      suppressions: [{ kind: "external", status: "accepted", justification: "agreed" }],
      locations: [{ physicalLocation: { artifactLocation: { uri: "a%20b.yaml" } } }],
    });
  });
});
