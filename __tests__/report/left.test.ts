import type { LeftResource } from "../../lib/migration/migration-plan";
import { renderReviewPage } from "../../lib/report/html/review-page";
import { markdownReview } from "../../lib/report/markdown-review";
import { terminalReview } from "../../lib/report/terminal-review";
import { fixture, organizationFile, reviewOf } from "../review/support";

const left: readonly LeftResource[] = [
  { kind: "workspace", id: "ws-1", name: "later", reason: 'its wave "rest" comes after "canary"', todo: undefined },
  { kind: "workspace", id: "ws-2", name: "later-too", reason: 'its wave "rest" comes after "canary"', todo: undefined },
  { kind: "registry-module", id: "mod-1", name: "<vpc>", reason: "no plan can move it", todo: "link it in TFE" },
];
const review = reviewOf(fixture("repoint"), {
  ...organizationFile(),
  left,
  notes: ["the new connection has an agent pool"],
});

it("is one model, which the terminal, the note and the page all show", () => {
  expect(review.left).toEqual([
    { reason: 'its wave "rest" comes after "canary"', count: 2, manual: [] },
    {
      reason: "no plan can move it",
      count: 1,
      manual: [{ kind: "registry-module", name: "<vpc>", id: "mod-1", todo: "link it in TFE" }],
    },
  ]);
  expect(terminalReview(review).slice(-4).join("\n")).toBe(
    [
      'Left as it is: 2 resources: its wave "rest" comes after "canary"',
      "Left as it is: 1 resource: no plan can move it",
      "  registry module <vpc> (mod-1), manually: link it in TFE",
      "NOTE  the new connection has an agent pool",
    ].join("\n"),
  );
  const note = markdownReview(review);
  expect(note).toContain(
    "- 1 resource: no plan can move it\n  - registry module `<vpc>` (`mod-1`), manually: link it in TFE",
  );
  expect(note).toContain("- Note: the new connection has an agent pool");
  const page = renderReviewPage(review);
  expect(page).toContain("<bdi>&lt;vpc&gt;</bdi> <code>mod-1</code>, manually: link it in TFE");
  expect(page).toContain("Note: the new connection has an agent pool");
});

it("is not shown where nothing is left and there is nothing to note", () => {
  const empty = reviewOf(fixture("repoint"), { ...organizationFile(), left: [], notes: [] });
  expect(renderReviewPage(empty)).not.toContain("left-title");
  expect(markdownReview(empty)).not.toContain("Left as it is");
});
