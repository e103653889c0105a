import fc from "fast-check";
import { timeAxis } from "../../../lib/report/timeline/client/time-axis";

const { ticks, clock, length } = timeAxis();
const noon = Date.UTC(2024, 4, 1, 12);
const texts = (span: number, most: number): readonly string[] => ticks(noon, noon + span, most).map(({ text }) => text);

test.each([
  [30, 4, ["12:00:00.000", "12:00:00.010", "12:00:00.020", "12:00:00.030"]],
  [20_000, 5, ["12:00:00", "12:00:05", "12:00:10", "12:00:15", "12:00:20"]],
  [3_600_000, 3, ["12:00", "12:30", "13:00"]],
  [3 * 86_400_000, 3, ["2024-05-02", "2024-05-03", "2024-05-04"]],
])("over %d ms there are round times: at most %d", (span, most, expected) => {
  expect(texts(span, most)).toEqual(expected);
});

test("over any span there are a few ticks, in order, within it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 1e12 }), fc.integer({ min: 2, max: 20 }), (span, most) => {
      const found = ticks(noon, noon + span, most).map(({ at }) => at);
      expect(found.length).toBeLessThanOrEqual(most + 1);
      expect(found).toEqual([...found].sort((a, b) => a - b));
      expect(found.every((at) => at >= noon && at <= noon + span)).toBe(true);
    }),
  );
});

test("lengths are told in the unit that suits them", () => {
  expect([12.4, 3_430, 60_170, 600_000, 3_900_000, 200_000_000].map(length)).toEqual([
    "12 ms",
    "3.43 s",
    "60.2 s",
    "10.0 min",
    "1.1 h",
    "2.3 days",
  ]);
  expect(clock(noon + 1, 60_000)).toBe("12:00");
});
