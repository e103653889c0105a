import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReviewExpectation } from "../../lib/review/expectation";
import { rules } from "../../lib/review/rules";
import { type Mutation, mutationsOf } from "./mutations";
import { fixture, found, NEW, organizationFile, reviewOf } from "./support";

const existing = { id: "oc-EXIST00000000001", tokenId: "ot-EXIST00000000001" };

/** What every real plan that passes was planned for. */
const bases: readonly (readonly [Parameters<typeof mutationsOf>[0], ReviewExpectation])[] = [
  ["move", organizationFile()],
  ["repoint", organizationFile()],
  ["existing", organizationFile({ workspaces: [0, 1, 2], existing })],
  ["done", organizationFile({ current: NEW })],
  ["forget", organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW })],
];

/** Those that let a mutation through, or find something other than what is wrong. */
function escaped(mutations: Iterable<Mutation>, expectation: ReviewExpectation | undefined): readonly string[] {
  const escaped: string[] = [];
  for (const { name, rule, document } of mutations) {
    const review = reviewOf(document, expectation);
    const rules = new Set(found(review).map((finding) => finding.split(" ")[0]));
    if (review.verdict !== "fail") escaped.push(`${name}: passed`);
    else if (!rules.has(rule)) escaped.push(`${name}: expected ${rule}, found ${[...rules].join(", ")}`);
  }
  return escaped;
}

describe("plans that must not pass", () => {
  it("are more than 300", () => {
    const count = bases.reduce((sum, [base]) => sum + [...mutationsOf(base)].length, 0);
    expect(count).toBeGreaterThan(300);
  });

  it("break every rule that can fail; those that need a change of the organization file have tests of their own", () => {
    const broken = new Set(bases.flatMap(([base]) => [...mutationsOf(base)].map(({ rule }) => rule)));
    const unbroken = rules.filter(({ id, severity }) => severity === "error" && !broken.has(id)).map(({ id }) => id);
    const organizationRules = ["organization-file-rules", "same-configuration"]
      .map((name) => readFileSync(join(__dirname, `${name}.test.ts`), "utf8"))
      .join("\n");
    expect(unbroken.filter((id) => !organizationRules.includes(`"${id}`))).toEqual([]);
  });

  it.each(bases)("made from %s do not, judged by the organization file", (base, expectation) => {
    expect(found(reviewOf(fixture(base), expectation))).toEqual([]);
    expect(escaped(mutationsOf(base), expectation)).toEqual([]);
  });

  it.each(bases.filter(([base]) => base !== "forget"))("made from %s do not, judged alone", (base) => {
    expect(escaped(mutationsOf(base), undefined)).toEqual([]);
  });
});
