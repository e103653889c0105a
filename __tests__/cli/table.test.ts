import { columnsOf, table } from "../../lib/cli/table";

const header = ["kind", "name", "what"];
const rows = [
  ["workspace", "network-production-europe-west", "has lost its VCS link since the last plan"],
  ["stack", "ab", "is fine"],
];

it("is as wide as it needs where nothing limits it", () => {
  expect(`\n${table(header, rows)}`).toMatchInlineSnapshot(`
    "
    kind       name                            what
    workspace  network-production-europe-west  has lost its VCS link since the last plan
    stack      ab                              is fine"
  `);
});

it("fits a terminal: texts wrap, names keep both ends", () => {
  const fitted = table(header, rows, 56);
  expect(`\n${fitted}`).toMatchInlineSnapshot(`
    "
    kind       name                   what
    workspace  network-pr…urope-west  has lost its VCS link
                                      since the last plan
    stack      ab                     is fine"
  `);
  expect(Math.max(...fitted.split("\n").map((line) => line.length))).toBeLessThanOrEqual(56);
});

it("gives up narrowing before nothing can be read", () => {
  expect(table(header, rows, 10).split("\n").length).toBeGreaterThan(3);
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
