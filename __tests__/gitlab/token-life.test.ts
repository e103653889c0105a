import { judgeLife, tokenLife } from "../../lib/gitlab/token-life";

const limits = { minDays: 14, warnDays: 60 };
const at = (time: string) => Date.parse(time);

it.each([
  // A token ends at 00:00 UTC of its day, wherever the machine is.
  ["2027-01-31", "2027-01-30T23:59:59.999Z", { type: "ends", days: 0 }],
  ["2027-01-31", "2027-01-31T00:00:00.000Z", { type: "ended", days: -1 }],
  ["2027-01-31", "2027-01-31T00:00:00.001Z", { type: "ended", days: -1 }],
  ["2027-01-31", "2027-02-01T00:00:00.000Z", { type: "ended", days: -2 }],
  ["2027-01-31", "2027-01-30T00:00:00.000Z", { type: "ends", days: 1 }],
  ["2027-01-31", "2027-01-30T00:00:00.001Z", { type: "ends", days: 0 }],
  ["2027-01-31", "2027-01-31T00:30:00+01:00", { type: "ends", days: 0 }],
  ["2027-01-31", "2027-01-30T23:30:00-01:00", { type: "ended", days: -1 }],
  // Over the end of a year, a leap day, and the clock changes of summer time.
  ["2027-01-01", "2026-12-31T12:00:00Z", { type: "ends", days: 0 }],
  ["2028-03-01", "2028-02-28T00:00:00Z", { type: "ends", days: 2 }],
  ["2027-04-01", "2027-03-01T00:00:00Z", { type: "ends", days: 31 }],
  ["2027-11-28", "2026-11-28T00:00:00Z", { type: "ends", days: 365 }],
])("a token that expires on %s has at %s %j", (day, now, life) => {
  expect(tokenLife(day, at(now))).toEqual({ ...life, on: day, at: at(`${day}T00:00:00Z`) });
});

it.each(["2027-02-30", "2027-13-01", "2027-1-3", "soon", "", "20270131", "2027-01-31T00:00:00Z", "1"])(
  "%j is no day",
  (said) => {
    expect(tokenLife(said, 0)).toEqual({ type: "no-day", said });
  },
);

it.each([
  [null, "ok", "does not expire"],
  ["2027-03-01", "ok", "expires on 2027-03-01, in 60 days"],
  ["2027-02-28", "warning", "expires on 2027-02-28, in 59 days: fewer than 60"],
  ["2027-01-14", "warning", "expires on 2027-01-14, in 14 days: fewer than 60"],
  ["2027-01-13", "error", "expires on 2027-01-13, in 13 days: fewer than 14"],
  ["2027-01-01", "error", "expires on 2027-01-01, in 1 day: fewer than 14"],
  ["2026-12-31", "error", "expired on 2026-12-31, by this machine's clock"],
  ["never", "unknown", "expires on never, says GitLab, and that is not a date"],
])("of %s says %s: %s", (expiresAt, status, what) => {
  expect(judgeLife(tokenLife(expiresAt, at("2026-12-31T00:00:00Z")), limits)).toEqual({ status, what });
});

it("says less than a day on the last one", () => {
  const life = tokenLife("2027-01-01", at("2026-12-31T00:00:01Z"));
  expect(judgeLife(life, limits).what).toBe("expires on 2027-01-01, in less than a day: fewer than 14");
});
