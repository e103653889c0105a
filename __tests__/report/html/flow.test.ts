import { flowsOf } from "../../../lib/report/html/flow";
import { flowPicture } from "../../../lib/report/html/flow-picture";
import { flowSection } from "../../../lib/report/html/flow-section";
import { change, hostileTexts } from "./support";

const old = { name: "GitLab", connectionId: "oc-1", tokenId: "ot-1" };
const fresh = { name: "GitLab PAT", connectionId: null, tokenId: null };

test("counts what moves by kind, project or wave, the largest groups first and waves in their order", () => {
  const changes = [
    change(0, { kind: "stack", project: "A", wave: "wave 10", from: old, to: fresh }),
    change(1, { kind: "workspace", project: "B", wave: "wave 2", from: old, to: fresh, findings: ["token-only"] }),
    change(2, { kind: "workspace", project: null, wave: null, from: old, to: fresh }),
  ];
  const ends = { from: "GitLab (oc-1)", to: "GitLab PAT" };
  expect(flowsOf(changes, "kind")).toEqual([
    { group: "workspace", ...ends, count: 2, exceptions: 1 },
    { group: "stack", ...ends, count: 1, exceptions: 0 },
  ]);
  expect(flowsOf(changes, "project").map(({ group }) => group)).toEqual(["", "A", "B"]);
  expect(flowsOf(changes, "wave").map(({ group }) => group)).toEqual(["", "wave 2", "wave 10"]);
});

test("leaves out what does not move: the connection itself, what is forgotten, what stays", () => {
  const changes = [
    change(0, { kind: "connection", from: null, to: null, action: "create" }),
    change(1, { action: "forget", from: old, to: null }),
    change(2, { from: old, to: old }),
  ];
  expect(flowsOf(changes, "kind")).toEqual([]);
  expect(flowSection(changes).markup).toContain("Nothing moves from one connection to another.");
});

test("bands are as thick at both ends as they carry much", () => {
  const changes = Array.from({ length: 40 }, (_, index) => change(index));
  const { markup } = flowPicture(flowsOf(changes, "project"), "project");
  const thicknesses = [
    ...markup.matchAll(/<path d="M\S+ (\S+)C\S+ \S+ \S+ (\S+) \S+ \S+V(\S+)C\S+ \S+ \S+ (\S+) /g),
  ].map(([, startTop, endTop, endBottom, startBottom]) => [
    Number(startBottom) - Number(startTop),
    Number(endBottom) - Number(endTop),
  ]);
  const flows = flowsOf(changes, "project");
  expect(thicknesses).toHaveLength(2 * flows.length);
  flows.forEach(({ count }, index) => {
    for (const thickness of thicknesses[index] ?? []) expect(thickness).toBeCloseTo((300 / 40) * count, 0);
  });
});

test("a group is a button that names itself, its count, and its exceptions", () => {
  const { markup } = flowPicture(flowsOf([change(0, { wave: "wave 1", findings: ["token-only"] })], "wave"), "wave");
  expect(markup).toContain(
    'role="button" tabindex="0" data-filter="wave" data-value="wave 1" aria-label="1 wave 1, 1 with findings: show in the table"',
  );
});

test("groups that have no room are drawn as one, which filters nothing, and counted all the same", () => {
  const changes = Array.from({ length: 60 }, (_, index) => change(index, { project: `project ${index % 20}` }));
  const { markup } = flowPicture(flowsOf(changes, "project"), "project");
  expect(markup.match(/class="pill"/g)).toHaveLength(12);
  expect(markup.match(/role="button"/g)).toHaveLength(11);
  expect(markup).toContain('aria-label="27 9 others"');
  const ends = new Set(changes.map(({ from }) => from?.connectionId)).size;
  expect(markup.match(/<path /g)?.length).toBeLessThanOrEqual(12 * ends * 2);
});

test("no name breaks the picture", () => {
  const changes = hostileTexts.map((name, index) =>
    change(index, { project: name, from: { ...old, name }, to: { ...fresh, name: `${name} new` } }),
  );
  const { markup } = flowSection(changes);
  expect(markup).not.toMatch(/<(script|img)/);
  expect(markup).not.toContain("\u202e");
});
