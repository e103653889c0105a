import { parseWish } from "../../lib/organization/parse";
import { brief, good } from "./wishes";

/** The organization of a good wish. */
function read(text: string) {
  const parsed = parseWish(text, "organizations/acme.yaml");
  if (parsed.type === "wrong") throw new Error(JSON.stringify(parsed.problems));
  return parsed.organization;
}

it("resolves anchors and merge keys", () => {
  const { elsewhere, waves } = read(
    `${good}elsewhere: [&theirs {names: [their-*]}]\nwaves: [{name: a, <<: *theirs, kinds: [workspace]}]\n`,
  );
  expect(elsewhere).toEqual([{ names: ["their-*"] }]);
  expect(waves).toEqual([{ name: "a", names: ["their-*"], kinds: ["workspace"] }]);
});

it("says where an alias leads nowhere or into itself", () => {
  expect([
    ...brief(`${good}elsewhere: [*theirs]\n`),
    ...brief(`${good}elsewhere: &a [*a]\n`),
    ...brief(`${good}backend: {local: &b {inner: [*b]}}\n`),
    ...brief(`${good}select: {<<: text}\n`),
  ]).toMatchInlineSnapshot(`
    [
      "10:13: there is no anchor &theirs before *theirs [wish/yaml]",
      "10:16: *a stands within what it repeats [wish/yaml]",
      "10:30: *b stands within what it repeats [wish/yaml]",
      "1:1: Merge sources must be maps or map aliases [wish/yaml]",
    ]
  `);
});

it("refuses anchors that multiply without end", () => {
  const levels = Array.from({ length: 9 }, (_, n) => `x${n}: &a${n} [${n === 0 ? "1" : `*a${n - 1},`.repeat(9)}]`);
  expect(brief(`${levels.join("\n")}\n`)).toEqual([
    "1:1: Excessive alias count indicates a resource exhaustion attack [wish/yaml]",
  ]);
});

it("takes Windows line ends, a byte order mark and tabs within lines", () => {
  expect(read(good.replaceAll("\n", "\r\n"))).toEqual(read(good));
  expect(read(`\uFEFF${good}`)).toEqual(read(good));
  expect(brief(`${good}\tthrough: all\n`)).toEqual(["10:1: Tabs are not allowed as indentation [wish/yaml]"]);
});
