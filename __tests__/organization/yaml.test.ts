import { parseOrganizationFile } from "../../lib/organization/parse";
import { brief, good } from "./organization-files";

/** The organization of a good organization file. */
function read(text: string) {
  const parsed = parseOrganizationFile(text, "organizations/acme.yaml");
  if (parsed.type === "wrong") throw new Error(JSON.stringify(parsed.problems));
  return parsed.organization;
}

it("resolves anchors and merge keys", () => {
  const { managedElsewhere, waves } = read(
    `${good}managedElsewhere: [&theirs {names: [their-*]}]\nwaves: [{name: a, <<: *theirs, kinds: [workspace]}]\n`,
  );
  expect(managedElsewhere).toEqual([{ names: ["their-*"] }]);
  expect(waves).toEqual([{ name: "a", names: ["their-*"], kinds: ["workspace"] }]);
});

it("says where an alias leads nowhere or into itself", () => {
  expect([
    ...brief(`${good}managedElsewhere: [*theirs]\n`),
    ...brief(`${good}elsewhere: &a [*a]\n`),
    ...brief(`${good}backend: {local: &b {inner: [*b]}}\n`),
    ...brief(`${good}select: {<<: text}\n`),
  ]).toMatchInlineSnapshot(`
    [
      "10:20: there is no anchor &theirs before *theirs [organization/yaml]",
      "10:16: *a is inside the value that it repeats [organization/yaml]",
      "10:30: *b is inside the value that it repeats [organization/yaml]",
      "1:1: Merge sources must be maps or map aliases [organization/yaml]",
    ]
  `);
});

it("refuses anchors that multiply without end", () => {
  const levels = Array.from({ length: 9 }, (_, n) => `x${n}: &a${n} [${n === 0 ? "1" : `*a${n - 1},`.repeat(9)}]`);
  expect(brief(`${levels.join("\n")}\n`)).toEqual([
    "1:1: Excessive alias count indicates a resource exhaustion attack [organization/yaml]",
  ]);
});

it("takes Windows line ends, a byte order mark and tabs within lines", () => {
  expect(read(good.replaceAll("\n", "\r\n"))).toEqual(read(good));
  expect(read(`\uFEFF${good}`)).toEqual(read(good));
  expect(brief(`${good}\tthrough: all\n`)).toEqual(["10:1: Tabs are not allowed as indentation [organization/yaml]"]);
});
