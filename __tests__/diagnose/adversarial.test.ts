import { diagnose, readChunks } from "../../lib/diagnose";
import { chunked, diagnosed, modern, ordinary, raceLines, refusedApi, text, tfe, tokenRevoked } from "./support/logs";

const skipped = (diagnosis: Awaited<ReturnType<typeof diagnosed>>) =>
  diagnosis.skipped.map(({ reason, count }) => [reason, count]);

const altered = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...JSON.parse(modern()), ...fields });

test("a race is found around a line of 20 MB, and the line is counted", async () => {
  const [loser = "", winner = ""] = raceLines();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${loser}\n`);
    for (let megabyte = 0; megabyte < 20; megabyte += 1) yield Buffer.alloc(1024 * 1024, "x");
    yield Buffer.from(`\n${winner}\n`);
  }
  const diagnosis = diagnose(await readChunks("production_json.log", bytes()));
  expect(diagnosis.verdict).toBe("race-proven");
  expect(diagnosis.timeline.refreshes.map((refresh) => refresh.place.line)).toEqual([3, 1]);
  expect(skipped(diagnosis)).toEqual([["long-lines", 1]]);
});

test("records in a line that is too long are read all the same", async () => {
  const [loser = "", winner = ""] = raceLines();
  const filler = ordinary("2024-05-01T10:00:00.000Z", { filler: "y".repeat(300_000) });
  const diagnosis = await diagnosed({ "production_json.log": `${filler}${loser}${filler}${winner}\n` });
  expect(diagnosis.verdict).toBe("race-proven");
  expect(skipped(diagnosis)).toEqual([["long-lines", 1]]);
});

test("a long line full of words that matter costs no more than a pass, and is counted", async () => {
  const diagnosis = await diagnosed({ "odd.log": `${"/oauth/token ".repeat(400_000)}\n` });
  expect(diagnosis.verdict).toBe("insufficient");
  expect(skipped(diagnosis).map(([reason]) => reason)).toEqual(["line-too-long", "long-lines"]);
});

test("NUL bytes and bytes that are not UTF-8 are left out, replaced and counted", async () => {
  const [loser = "", winner = ""] = raceLines();
  const hole = Buffer.alloc(5000);
  const latin1 = Buffer.from(winner.replace("Faraday", "m\u00fcller"), "latin1");
  const diagnosis = await diagnosed({
    "production_json.log": Buffer.concat([hole, Buffer.from(`${loser}\n`), latin1]),
  });
  expect(diagnosis.verdict).toBe("race-proven");
  expect(skipped(diagnosis)).toEqual([
    ["nul-bytes", 1],
    ["bad-bytes", 1],
  ]);
});

test("a UTF-16 part in a UTF-8 file is read, as PowerShell's >> makes it", async () => {
  const [loser = "", winner = ""] = raceLines();
  const content = Buffer.concat([Buffer.from(`${loser}\n`), Buffer.from(`${winner}\r\n`, "utf16le")]);
  const diagnosis = await diagnosed({ "production_json.log": content });
  expect([diagnosis.verdict, skipped(diagnosis)]).toEqual(["race-proven", [["nul-bytes", 1]]]);
});

test("random bytes are no log", async () => {
  let state = 7;
  const noise = Buffer.from(
    Array.from({ length: 200_000 }, () => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return state >> 16;
    }),
  );
  const diagnosis = await diagnosed({ noise });
  expect([diagnosis.verdict, skipped(diagnosis).map(([reason]) => reason)]).toEqual([
    "insufficient",
    ["not-recognised"],
  ]);
});

test.each([
  ["numbers as text", modern().replace('"status":200', '"status":"200"')],
  ["params as an object", altered({ params: { grant_type: "refresh_token", client_id: "x" } })],
  ["the time as a number", modern().replace(/"time":"[^"]*"/, '"time":1714557600.25')],
  ["the time with a zone", modern({ time: "2024-05-01T12:00:00.000+02:00" })],
])("a record with %s is read", async (_name, line) => {
  const diagnosis = await diagnosed([line]);
  expect(diagnosis.totals.refreshes).toEqual({ granted: 1, refused: 0, failed: 0 });
  expect(diagnosis.timeline.refreshes[0]?.end?.slice(0, 13)).toBe("2024-05-01T10");
});

test.each([
  ["a status that is none", modern().replace('"status":200', '"status":null'), "no-status"],
  ["params that are none", altered({ params: "[FILTERED]" }), "grant-unknown"],
  ["params that were left out", altered({ params: [{ key: "truncated", value: "..." }] }), "grant-unknown"],
])("a record with %s is counted, not guessed", async (_name, line, reason) => {
  expect(skipped(await diagnosed([line]))).toEqual([[reason, 1]]);
});

test("times and durations of any size crash nothing", async () => {
  const lines = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-13-45T99:99:99Z", "yesterday", ""].flatMap(
    (time) => [1e308, -5, 0].map((seconds) => modern({ time, seconds, status: 400 })),
  );
  const diagnosis = await diagnosed([...lines, modern({ seconds: 1e300 })]);
  expect(diagnosis.verdict).not.toBe("race-proven");
  expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
});

test("more refreshes than are kept are counted, and the refused ones keep their winners", async () => {
  const start = Date.UTC(2024, 4, 1);
  async function* many(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text(raceLines()));
    for (let block = 0; block < 20; block += 1) {
      const lines = Array.from({ length: 450 }, (_, index) => {
        const count = block * 450 + index;
        return modern({
          time: new Date(start + 864e5 + count * 9e5).toISOString(),
          id: `many-${count}`,
          client: `app-${count}`,
        });
      });
      yield Buffer.from(text(lines));
    }
  }
  const diagnosis = diagnose(await readChunks("production_json.log", many()));
  expect(diagnosis.verdict).toBe("race-proven");
  expect(skipped(diagnosis)).toEqual([["too-many-refreshes", 4_000]]);
});

test("so many refused refreshes that not all are kept do not crowd out the one that won", async () => {
  const hash = "a1b2c3d4e5";
  const losers = Array.from({ length: 9_000 }, (_, index) =>
    modern({
      hash,
      status: 400,
      time: new Date(Date.UTC(2024, 4, 1, 10, 0, 20) + index).toISOString(),
      id: `l${index}`,
    }),
  );
  const winner = modern({ hash, time: "2024-05-01T10:00:59.000Z", seconds: 60 });
  const diagnosis = await diagnosed([winner, ...losers]);
  expect([diagnosis.verdict, diagnosis.raceCount]).toEqual(["race-proven", 1]);
});

test("what a user wrote about an error is none", async () => {
  const quoted = "Server responded with code 401, message: Token was revoked. invalid_client insufficient_scope";
  const diagnosis = await diagnosed({
    "production_json.log": text([
      ordinary("2024-05-01T10:00:00.000Z", { params: [{ key: "search", value: quoted }] }),
      ordinary("2024-05-01T10:00:00.000Z", { path: `/search/${quoted}`, status: 404, referer: quoted }),
    ]),
  });
  expect(diagnosis.verdict).toBe("nothing-found");
});

test.each([
  "2024-05-01 10:00:00,123 WARN [org.keycloak.events] type=CLIENT_LOGIN_ERROR, error=invalid_client",
  "google.auth.exceptions.RefreshError: ('invalid_grant: Token has been expired or revoked.')",
  '{"level":"error","msg":"oauth: insufficient_scope","ts":1709632800}',
])("another product's refusal is counted, and convicts nobody: %s", async (line) => {
  const diagnosis = await diagnosed({ "app.log": `${line}\n` });
  expect([diagnosis.verdict, diagnosis.totals.errors, diagnosis.causes]).toEqual(["insufficient", {}, []]);
  expect(skipped(diagnosis)).toContainEqual(["other-product", 1]);
});

test("no secret, name or address gets out, unless names are asked for", async () => {
  const leaky = modern({ hash: "a1b2c3d4e5f60718293a4b5c", user: "terraform-bot" }).replace(
    '"[FILTERED]"',
    '"glpat-SECRETSECRET"',
  );
  const input = {
    "production_json.log": `${leaky}\n`,
    "atlas.log": `${tfe(`${tokenRevoked} token=glpat-SECRETSECRET`)}\n`,
  };
  const masked = JSON.stringify(await diagnosed(input));
  expect(masked).not.toMatch(/SECRET|terraform-bot|10\.1\.2\.3|a1b2c3d4e5f6/);
  const shown = JSON.stringify(await diagnosed(input, { showNames: true }));
  expect(shown).toMatch(/terraform-bot/);
  expect(shown).not.toMatch(/SECRET/);
});

test("interleaved pods do not lend each other their times", async () => {
  const [loser = "", winner = ""] = raceLines(1, null);
  const lines = [
    `[pod/web-1/webservice] ${loser}`,
    `[pod/web-2/webservice] ${ordinary("2024-05-01T10:00:30.000Z")}`,
    `[pod/web-2/webservice] ${winner}`,
  ];
  const diagnosis = await diagnosed(lines);
  expect(diagnosis.races.map((race) => [race.certainty, race.loserCount])).toEqual([["likely", 1]]);
  expect(diagnosis.timeline.refreshes.map((refresh) => refresh.pod)).toEqual(["web-2", "web-1"]);
});

test("an input of one byte a chunk says the same", async () => {
  const bytes = Buffer.from(text(raceLines(2)));
  const facts = await readChunks("production_json.log", chunked(bytes, 1));
  expect(diagnose(facts)).toEqual(await diagnosed(raceLines(2)));
});

test("a secret or an address out of its place is masked", async () => {
  const token = "glpat-abcdefghij0123456789";
  const diagnosis = await diagnosed({
    "a.log": text([
      modern({ id: token, client: token, hash: token }),
      refusedApi(token, { "meta.auth_fail_token_id": token }),
      `May  1 10:00:30 host 203.0.113.7[1]: ${tfe(tokenRevoked)}`,
      `[pod/${token}/x] ${modern({ status: 400, id: "y" })}`,
    ]),
  });
  expect(JSON.stringify(diagnosis)).not.toMatch(/glpat|203\.0\.113/);
});
