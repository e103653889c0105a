import { columnsOf, table } from "../../lib/cli/table";

const header = ["kind", "name", "what"];
const rows = [
  ["workspace", "network-production-europe-west", "has lost its VCS link since the last plan"],
  ["stack", "ab", "is fine"],
];

it("is as wide as it needs where nothing limits it", () => {
  expect(`\n${table(header, rows).join("\n")}`).toMatchInlineSnapshot(`
    "
    kind       name                            what
    workspace  network-production-europe-west  has lost its VCS link since the last plan
    stack      ab                              is fine"
  `);
});

it("fits a terminal: texts wrap, names keep both ends", () => {
  const fitted = table(header, rows, 56).join("\n");
  expect(`\n${fitted}`).toMatchInlineSnapshot(`
    "
    kind       name                   what
    workspace  network-pr…urope-west  has lost its VCS link
                                      since the last plan
    stack      ab                     is fine"
  `);
  expect(Math.max(...fitted.split("\n").map((line) => line.length))).toBeLessThanOrEqual(56);
});

it("measures a cell as it is shown, and lets none break its line or colour it", () => {
  expect(
    table(
      ["name", "n"],
      [
        ["a\u001b[31m\nb", 1],
        ["\u202e", 10],
      ],
    ).map(({ text }) => text),
  ).toEqual(["name           n", String.raw`a\x1b[31m\nb   1`, String.raw`\u202e        10`]);
});

it("lines columns up by what a terminal draws: two columns for a wide letter, none for an accent", () => {
  const wide = [
    ["ネットワーク-東京", "is fine"],
    ["cafe\u0301-🚀-1", "is fine"],
    ["plain", "has lost its VCS link"],
  ];
  expect(`\n${table(["name", "what"], wide).join("\n")}`).toMatchInlineSnapshot(`
    "
    name               what
    ネットワーク-東京  is fine
    café-🚀-1          is fine
    plain              has lost its VCS link"
  `);
  expect(`\n${table(["name", "what"], wide, 27).join("\n")}`).toMatchInlineSnapshot(`
    "
    name          what
    ネット…-東京  is fine
    café-🚀-1     is fine
    plain         has lost its
                  VCS link"
  `);
});

it("gives up narrowing before nothing can be read", () => {
  expect(table(header, rows, 10).length).toBeGreaterThan(3);
});

it("knows a terminal's width, and none of a pipe", () => {
  expect(columnsOf(Object.assign(process.stdout, {}) as NodeJS.WritableStream)).toBe(
    process.stdout.isTTY ? process.stdout.columns : undefined,
  );
  const stream = Object.assign(Object.create(process.stdout), {
    isTTY: true,
    columns: 100,
  });
  expect(columnsOf(stream)).toBe(100);
});
