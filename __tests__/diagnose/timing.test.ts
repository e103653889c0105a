import { inferTiming } from "../../lib/diagnose/analyse/timing";

const auto = { durationUnit: "auto", timeIs: "auto" } as const;
const start = Date.UTC(2020, 6, 2);

/** Requests as a busy server logs them: each line is written when its request ends. */
function requests(count: number, unit: number, timeIs: "start" | "end") {
  const all = Array.from({ length: count }, (_, index) => {
    const seconds = 0.02 + ((index * 7919) % 97) / 50;
    return { seconds, begin: start + index * 100 };
  });
  return all
    .sort((a, b) => a.begin + a.seconds * 1000 - (b.begin + b.seconds * 1000))
    .map(({ seconds, begin }) => ({
      at: timeIs === "start" ? begin : begin + seconds * 1000,
      duration: seconds * unit,
      field: "duration" as const,
      token: false,
    }));
}

test.each([
  ["seconds, start", 1, "start", "s"],
  ["seconds, end", 1, "end", "s"],
  ["milliseconds, start", 1000, "start", "ms"],
  ["milliseconds, end", 1000, "end", "ms"],
] as const)("unit and moment are told from ordinary requests: %s", (_name, factor, timeIs, unit) => {
  expect(inferTiming("duration", requests(100, factor, timeIs), [60.17 * factor], auto)).toEqual({
    field: "duration",
    unit,
    unitBecause: "values",
    timeIs,
    timeBecause: "order",
  });
});

test("without other requests it is said that they are assumed", () => {
  expect(inferTiming("duration", [], [60.17, 3.43], auto)).toEqual({
    field: "duration",
    unit: "s",
    unitBecause: "assumed",
    timeIs: "start",
    timeBecause: "assumed",
  });
});

test("what lasts longer than any request is milliseconds", () => {
  expect(inferTiming("duration", [], [60170, 3430], auto).unit).toBe("ms");
});

test("the newer field is seconds, up to the end, whatever the refreshes took", () => {
  expect(inferTiming("duration_s", [], [60.17, 59.9, 60.2, 60.1, 58], auto)).toEqual({
    field: "duration_s",
    unit: "s",
    unitBecause: "field",
    timeIs: "end",
    timeBecause: "version",
  });
});

test("the user's word counts more than anything", () => {
  expect(
    inferTiming("duration_s", requests(100, 1000, "end"), [60170], { durationUnit: "s", timeIs: "start" }),
  ).toEqual({
    field: "duration_s",
    unit: "s",
    unitBecause: "option",
    timeIs: "start",
    timeBecause: "option",
  });
});
