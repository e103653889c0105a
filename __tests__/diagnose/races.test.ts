import { diagnosed, grantInvalid, modern, old, ordinary, raceLines, tfe, tokenRevoked } from "./support/logs";

const summary = (diagnosis: Awaited<ReturnType<typeof diagnosed>>) => ({
  verdict: diagnosis.verdict,
  races: diagnosis.races.map((race) => [race.certainty, race.strength, race.basis, race.loserCount]),
});

describe("a race is proven", () => {
  test("by simultaneous requests with equal hashes of the refresh token, whatever the application", async () => {
    expect(summary(await diagnosed(raceLines(3)))).toEqual({
      verdict: "race-proven",
      races: [["proven", "exact", "hash", 3]],
    });
  });

  test("by a refusal while a refresh of the same application and user was in progress", async () => {
    const user = "terraform-bot";
    const lines = [
      modern({ user, status: 400, time: "2024-05-01T10:00:30.000Z", seconds: 3 }),
      modern({ user, status: 200, time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    expect(summary(await diagnosed(lines))).toEqual({
      verdict: "race-proven",
      races: [["proven", "strong", "overlap", 1]],
    });
  });

  test("with old durations, once ordinary requests show that they are milliseconds", async () => {
    const busy = Array.from({ length: 20 }, (_, index) =>
      ordinary(`2020-07-02T12:58:${10 + index}.000Z`, { duration: 80 + index * 7 }),
    );
    const lines = [
      ...busy,
      old({ duration: 3430, status: 400, time: "2020-07-02T12:59:58.626Z" }),
      old({ duration: 60170, time: "2020-07-02T12:59:09.108Z" }),
    ].map((line) => line.replace('"user_id":null', '"user_id":7'));
    const diagnosis = await diagnosed(lines, { timeIs: "start" });
    expect(summary(diagnosis).verdict).toBe("race-proven");
    expect(diagnosis.inputs[0]?.timing).toEqual([
      { field: "duration", unit: "ms", unitBecause: "values", timeIs: "start", timeBecause: "option" },
    ]);
  });
});

describe("a race is likely", () => {
  test("where nothing ties the two to one grant: two users behind one address look the same", async () => {
    const lines = [
      modern({ status: 400, time: "2024-05-01T10:00:30.000Z", seconds: 3 }),
      modern({ status: 200, time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    const diagnosis = await diagnosed(lines);
    expect(summary(diagnosis)).toEqual({ verdict: "race-likely", races: [["likely", "strong", "overlap", 1]] });
    expect(diagnosis.races[0]?.doubts).toEqual([
      "nothing in the log ties the two to one grant: two users behind one address, or two connections that share the application, look the same",
    ]);
  });

  test("where the log does not name the application", async () => {
    const lines = [
      modern({ client: "", status: 400, time: "2024-05-01T10:00:30.000Z", seconds: 3 }),
      modern({ client: "", status: 200, time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    const diagnosis = await diagnosed(lines);
    expect(summary(diagnosis)).toEqual({ verdict: "race-likely", races: [["likely", "strong", "overlap", 1]] });
    expect(diagnosis.races[0]?.doubts).toEqual([
      "the log does not name the application, so the two may belong to different ones",
    ]);
  });

  test("in the support article's older sample, whose units have to be assumed", async () => {
    const lines = [
      old({ client: "", duration: 60.17, time: "2020-07-02T12:59:09.108Z" }),
      old({ client: "", duration: 3.43, status: 401, time: "2020-07-02T12:59:58.626Z" }),
    ];
    expect(summary(await diagnosed(lines)).verdict).toBe("race-likely");
    expect(summary(await diagnosed(lines, { durationUnit: "ms" })).verdict).toBe("insufficient");
  });

  test("by sequence alone where the times are elided", async () => {
    const lines = [
      old({ client: "", duration: 60.17, time: "..." }),
      old({ client: "", duration: 3.43, status: 401, time: "..." }),
    ];
    expect(summary(await diagnosed(lines))).toEqual({
      verdict: "race-likely",
      races: [["likely", "weak", "sequence", 1]],
    });
  });

  test("where a token was used twice with success", async () => {
    const lines = [
      modern({ hash: "a1b2c3d4e5", time: "2024-05-01T10:00:00.000Z", id: "one" }),
      modern({ hash: "a1b2c3d4e5", time: "2024-05-01T10:00:00.100Z", id: "two" }),
    ];
    expect(summary(await diagnosed(lines))).toEqual({
      verdict: "race-likely",
      races: [["likely", "exact", "granted-twice", 1]],
    });
  });

  test("where two machines' clocks decide", async () => {
    const loser = modern({ status: 400, time: "2024-05-01T10:00:00.050Z", seconds: 0.1 });
    const winner = modern({ status: 200, time: "2024-05-01T10:00:00.000Z", seconds: 0.1 });
    const diagnosis = await diagnosed({ "node-1.log": `${winner}\n`, "node-2.log": `${loser}\n` });
    expect(summary(diagnosis)).toEqual({ verdict: "race-likely", races: [["likely", "strong", "overlap", 1]] });
  });

  test("where the application refreshes all the time, so that an overlap may be chance", async () => {
    const refused = modern({ status: 400, time: "2024-05-01T10:00:00.500Z", seconds: 1 });
    const crowd = (every: number): readonly string[] =>
      Array.from({ length: 3600 / every }, (_, index) => {
        const time = new Date(Date.UTC(2024, 4, 1, 9, 30) + index * every * 1000).toISOString();
        return modern({ time, seconds: 2, id: `c${index}` });
      });
    expect(summary(await diagnosed([...crowd(10), refused]))).toEqual({
      verdict: "race-likely",
      races: [["likely", "weak", "overlap", 1]],
    });
    // Where it always meets one, an overlap is no evidence at all.
    expect(summary(await diagnosed([...crowd(1), refused]))).toEqual({ verdict: "insufficient", races: [] });
  });
});

describe("a race is seen across files", () => {
  const user = "terraform-bot";
  const winner = (fields = {}) => modern({ user, time: "2024-05-01T10:00:00.000Z", seconds: 0.3, ...fields });
  const loser = (fields = {}) =>
    modern({ user, status: 400, time: "2024-05-01T10:00:00.050Z", seconds: 0.2, ...fields });

  test.each([
    ["production_json.log.1", "production_json.log"],
    ["production_json.log-2024-05-01", "production_json.log-20240502"],
  ])("rotated in the middle of it (%s, %s)", async (before, after) => {
    const diagnosis = await diagnosed({ [before]: `${winner()}\n`, [after]: `${loser()}\n` });
    expect(summary(diagnosis)).toEqual({ verdict: "race-proven", races: [["proven", "strong", "overlap", 1]] });
  });

  test("by equal hashes within the clocks' tolerance, which is likely", async () => {
    const hash = "a1b2c3d4e5";
    const files = (time: string) => ({
      "a/production_json.log": `${winner({ hash })}\n`,
      "b/production_json.log": `${loser({ hash, time })}\n`,
    });
    for (const time of ["2024-05-01T09:57:00.000Z", "2024-05-01T10:03:00.000Z"]) {
      const likely = { verdict: "race-likely", races: [["likely", "exact", "hash", 1]] };
      expect(summary(await diagnosed(files(time)))).toEqual(likely);
    }
    const agreed = await diagnosed(files("2024-05-01T10:00:00.050Z"), { tolerance: 0 });
    expect(summary(agreed).verdict).toBe("race-proven");
    for (const time of ["2024-05-01T09:00:00.000Z", "2024-05-01T11:00:00.000Z"])
      expect(summary(await diagnosed(files(time)))).toEqual({ verdict: "other-cause", races: [] });
  });
});

describe("a race is seen without durations", () => {
  const short = (line: string): string => JSON.stringify({ ...JSON.parse(line), duration_s: undefined });

  test("by nearness in time, which is weak", async () => {
    const lines = [
      short(modern({ time: "2024-05-01T10:00:00.000Z" })),
      short(modern({ status: 400, time: "2024-05-01T10:00:02.000Z" })),
    ];
    expect(summary(await diagnosed(lines))).toEqual({
      verdict: "race-likely",
      races: [["likely", "weak", "sequence", 1]],
    });
    const later = short(modern({ status: 400, time: "2024-05-01T10:05:00.000Z" }));
    expect(summary(await diagnosed([lines[0] ?? "", later])).verdict).toBe("insufficient");
  });

  test("by equal hashes, though the loser was answered first", async () => {
    const hash = "a1b2c3d4e5";
    const lines = [
      short(modern({ hash, status: 400, time: "2024-05-01T10:00:50.000Z" })),
      short(modern({ hash, time: "2024-05-01T10:01:00.000Z" })),
    ];
    expect(summary(await diagnosed(lines)).verdict).toBe("race-likely");
  });
});

describe("no race is seen", () => {
  const verdict = async (lines: readonly string[]) => summary(await diagnosed(lines));
  const noRace = (verdict: string) => ({ verdict, races: [] });

  test("in a single refused refresh", async () => {
    expect(await verdict([modern({ status: 400 })])).toEqual(noRace("insufficient"));
  });

  test("in refusals of different applications", async () => {
    const lines = [
      modern({ client: "app-one", status: 400, time: "2024-05-01T10:00:30.000Z", seconds: 3 }),
      modern({ client: "app-two", time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    expect(await verdict(lines)).toEqual(noRace("insufficient"));
  });

  test("in simultaneous refreshes of different tokens", async () => {
    const lines = [
      modern({ hash: "1111111111", status: 400, time: "2024-05-01T10:00:30.000Z", seconds: 3 }),
      modern({ hash: "2222222222", time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    expect(await verdict(lines)).toEqual(noRace("insufficient"));
  });

  test("in refusals days apart, with or without a hash", async () => {
    const apart = (hash?: string) => [
      modern({ ...(hash === undefined ? {} : { hash }), time: "2024-05-01T10:00:00.000Z" }),
      modern({ ...(hash === undefined ? {} : { hash }), time: "2024-05-04T10:00:00.000Z", status: 400 }),
    ];
    expect(await verdict(apart())).toEqual(noRace("insufficient"));
    expect(await verdict(apart("a1b2c3d4e5"))).toEqual(noRace("other-cause"));
  });

  test("in a refusal that came before the token was used", async () => {
    const lines = [
      modern({ hash: "a1b2c3d4e5", time: "2024-05-01T10:00:00.000Z", status: 401 }),
      modern({ hash: "a1b2c3d4e5", time: "2024-05-01T10:30:00.000Z" }),
    ];
    expect(await verdict(lines)).toEqual(noRace("other-cause"));
  });

  test("in as many overlaps as chance alone has, of an application that many use", async () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const lines = Array.from({ length: 3000 }, (_, index) =>
      modern({
        time: new Date(Date.UTC(2024, 4, 1, 9) + index * 3000 + Math.floor(random() * 3000)).toISOString(),
        seconds: 0.1 + random() * 0.4,
        status: index % 60 === 0 ? 400 : 200,
        id: `c${index}`,
      }),
    );
    expect(await verdict(lines)).toEqual(noRace("insufficient"));
    const burst = Array.from({ length: 8 }, (_, index) =>
      modern({ status: 400, time: `2024-05-01T10:00:2${index}.000Z`, seconds: 0.2, id: `b${index}` }),
    );
    const winner = modern({ time: "2024-05-01T10:00:49.000Z", seconds: 48 });
    expect((await verdict([...lines, winner, ...burst])).verdict).toMatch(/^race-/);
  });

  test("in other grants, other paths and other failures", async () => {
    const lines = [
      modern({ grant: "authorization_code", status: 400, time: "2024-05-01T10:00:30.000Z" }),
      modern({ grant: "password", status: 401, time: "2024-05-01T10:00:30.000Z" }),
      modern({ path: "/oauth/token/info", status: 401, time: "2024-05-01T10:00:30.000Z" }),
      modern({ time: "2024-05-01T10:01:00.000Z", seconds: 60 }),
    ];
    expect(await verdict(lines)).toEqual(noRace("insufficient"));
  });

  test("in durations in milliseconds that would overlap as seconds", async () => {
    const lines = [
      ...Array.from({ length: 12 }, (_, index) => ordinary(`2020-07-02T12:58:${10 + index}.000Z`, { duration: 42.5 })),
      old({ duration: 60.17, time: "2020-07-02T12:59:09.108Z" }),
      old({ duration: 33.4, status: 401, time: "2020-07-02T12:59:28.626Z" }),
    ];
    expect(await verdict(lines)).toEqual(noRace("insufficient"));
  });

  test("in durations in milliseconds that are called seconds", async () => {
    const pair = [
      modern({ seconds: 110, time: "2024-05-01T10:00:00.000Z" }),
      modern({ seconds: 95, time: "2024-05-01T10:00:40.000Z", status: 400 }),
    ];
    const ordinaries = Array.from({ length: 8 }, (_, index) =>
      ordinary(`2024-05-01T09:59:${10 + index}.000Z`, { duration_s: 60 + index }),
    );
    expect(await verdict([...ordinaries, ...pair])).toEqual(noRace("insufficient"));
    // With nothing to compare them with, they are doubted: no request lasts that long.
    expect((await verdict(pair)).verdict).toBe("race-likely");
  });

  test("in two copies of one record", async () => {
    const line = modern({ hash: "a1b2c3d4e5" });
    const diagnosis = await diagnosed({ "production_json.log": `${line}\n`, "copy.log": `${line}\n` });
    expect(diagnosis.verdict).toBe("nothing-found");
    expect(diagnosis.timeline.refreshes.map((refresh) => refresh.alsoAt.map((place) => place.input))).toEqual([
      ["production_json.log"],
    ]);
  });
});

test("the errors in TFE's logs are joined to the race by time, both halves apart, and webhooks with them", async () => {
  const diagnosis = await diagnosed({
    "production_json.log": `${raceLines().join("\n")}\n`,
    "sidekiq.log": [
      tfe(grantInvalid, "2024-05-01 10:03:00"),
      tfe(tokenRevoked, "2024-05-01 10:03:01"),
      tfe(tokenRevoked, "2024-05-01 18:00:00"),
    ].join("\n"),
    "atlas.log": Array.from({ length: 9 }, () =>
      tfe('Started POST "/webhooks/vcs/1b2c"', "2024-05-01 09:59:59", "INFO"),
    ).join("\n"),
  });
  expect(diagnosis.races.map((race) => [race.errors, race.webhooks])).toEqual([[2, { count: 9, peakPerSecond: 9 }]]);
  expect(diagnosis.timeline.errors.map((error) => [error.kind, error.race])).toEqual([
    ["grant-invalid", "race-1"],
    ["token-revoked", "race-1"],
    ["token-revoked", null],
  ]);
  expect(diagnosis.context.map((finding) => [finding.rule, finding.count])).toEqual([
    ["error-grant-invalid", 1],
    ["error-token-revoked", 2],
    ["slow-refresh", 1],
    ["webhook-burst", 1],
  ]);
});

test("refusals after a race are counted with it, up to the next success", async () => {
  const lines = [
    ...raceLines(1, null),
    modern({ status: 400, time: "2024-05-01T10:05:00.000Z" }),
    modern({ status: 400, time: "2024-05-01T10:06:00.000Z" }),
  ];
  const diagnosis = await diagnosed(lines);
  expect(diagnosis.races.map((race) => [race.loserCount, race.laterRefusals])).toEqual([[1, 2]]);
  expect(diagnosis.context.map((finding) => finding.rule)).toEqual(["slow-refresh"]);
});
