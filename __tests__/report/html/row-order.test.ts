import fc from "fast-check";
import { rowOrder } from "../../../lib/report/html/client/row-order";

const sorted = (keys: readonly (string | number)[], descending = false): readonly (string | number)[] => {
  const rows = keys.map((_, row) => row);
  rowOrder(keys.length, (row) => keys[row] ?? "").sort(rows, 0, descending);
  return rows.map((row) => keys[row] ?? "");
};

test("numbers in texts count as numbers, and numbers as what they are", () => {
  expect(sorted(["app-10", "app-9", "App-2", ""])).toEqual(["", "App-2", "app-9", "app-10"]);
  expect(sorted([10, -1, 9.5], true)).toEqual([10, 9.5, -1]);
});

test("what is equal stays in its order, ascending and descending", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c")), fc.boolean(), (keys, descending) => {
      const rows = keys.map((_, row) => row);
      rowOrder(keys.length, (row) => keys[row] ?? "").sort(rows, 0, descending);
      const sign = descending ? -1 : 1;
      const expected = keys
        .map((_, row) => row)
        .sort((a, b) => sign * (keys[a] ?? "").localeCompare(keys[b] ?? "") || a - b);
      expect(rows).toEqual(expected);
    }),
  );
});
