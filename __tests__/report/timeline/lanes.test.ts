import fc from "fast-check";
import { lanes } from "../../../lib/report/timeline/client/lanes";

const spans = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 })), { maxLength: 60 })
  .map((all) => all.map(([start, length]) => ({ start, end: start + length })));

test("what overlaps lies in different lanes, whatever the order", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const lane = lanes(all);
      expect(lane).toHaveLength(all.length);
      all.forEach((one, a) => {
        all.forEach((other, b) => {
          if (a < b && lane[a] === lane[b]) expect(one.end <= other.start || other.end <= one.start).toBe(true);
        });
      });
    }),
  );
});

test("in the order of time, no more lanes are taken than there are at once", () => {
  fc.assert(
    fc.property(spans, (all) => {
      const sorted = [...all].sort((a, b) => a.start - b.start);
      const atOnce = sorted.map(({ start }) => sorted.filter((one) => one.start <= start && one.end > start).length);
      expect(new Set(lanes(sorted)).size).toBe(Math.max(0, ...atOnce));
    }),
  );
});

test("the first in the list has the first lane, and a lane is used again once it is free", () => {
  const winner = { start: 10, end: 70 };
  expect(
    lanes([winner, { start: 0, end: 20 }, { start: 20, end: 30 }, { start: 25, end: 80 }, { start: 0, end: 10 }]),
  ).toEqual([0, 1, 1, 2, 0]);
});
