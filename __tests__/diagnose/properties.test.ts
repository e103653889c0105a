import fc from "fast-check";
import { defaultOptions, diagnose, readChunks } from "../../lib/diagnose";
import { joinParts } from "../../lib/diagnose/read/input-facts";
import { readRange } from "../../lib/diagnose/read/read-range";
import { NeedleSearch } from "../../lib/diagnose/scan/needle-search";
import { fingerprintOf, needles } from "../../lib/diagnose/scan/needles";
import { VectorScan } from "../../lib/diagnose/scan/vector-scan";
import {
  grantInvalid,
  modern,
  ordinary,
  raceLines,
  refusedApi,
  text,
  tfe,
  tokenRevoked,
  withFolder,
} from "./support/logs";

const start = Date.UTC(2024, 4, 1, 10);
const time = fc.integer({ min: 0, max: 600_000 }).map((offset) => new Date(start + offset).toISOString());

const token = fc
  .record({
    time,
    status: fc.constantFrom(200, 400, 401, 502),
    seconds: fc.constantFrom(0.05, 0.1, 3.4, 60.1),
    client: fc.constantFrom("", "app-one", "app-two"),
    hash: fc.constantFrom(undefined, "1111111111", "2222222222"),
    id: fc.uuid(),
  })
  .map(({ hash, ...request }) => modern(hash === undefined ? request : { ...request, hash }));
const line = fc.oneof(
  token,
  time.map((at) => ordinary(at)),
  fc.constantFrom(tfe(grantInvalid), tfe(tokenRevoked), refusedApi("token_expired"), ""),
  fc.constantFrom("==> web-1/production_json.log <==", "web-2 | CHANGED | rc=0 >>", "web-3:", "-----"),
  token.map((one) => JSON.stringify(JSON.parse(one), null, 2)),
  token.map((one) => one.slice(0, 200)),
  fc.string().map((string) => string.replace(/\n/g, " ")),
);
const log = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(text(lines)));

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const to = Math.min(Math.max(cut, from), bytes.length);
    yield bytes.subarray(from, to);
    from = to;
  }
}

test("where the bytes are cut into chunks changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.array(fc.nat(6000), { maxLength: 8 }), async (bytes, cuts) => {
      const sorted = [...cuts].sort((a, b) => a - b);
      const whole = diagnose(await readChunks("a.log", pieces(bytes, [])));
      expect(diagnose(await readChunks("a.log", pieces(bytes, sorted)))).toEqual(whole);
    }),
    { numRuns: 150 },
  );
});

test("the ranges of a file together say what the file says", async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.array(fc.nat(6000), { maxLength: 4 }), (bytes, cuts) =>
      withFolder({ "a.log": bytes }, async (folder) => {
        const borders = [
          0,
          ...cuts.filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b),
          Math.max(1, bytes.length),
        ];
        const parts = borders
          .slice(1)
          .map((to, index) => readRange(`${folder}/a.log`, "a.log", borders[index] ?? 0, to));
        const joined = diagnose([joinParts("a.log", "plain", parts)]);
        const whole = diagnose(await readChunks("a.log", pieces(bytes, [])));
        // A record across a border is read from both sides, which the count of relevant lines tells; all else is the same.
        const alike = ({ inputs, totals, ...rest }: typeof whole) => ({
          ...rest,
          lines: totals.lines,
          refreshes: totals.refreshes,
          kinds: inputs.map((input) => input.kinds),
        });
        expect(alike(joined)).toEqual(alike(whole));
      }),
    ),
    { numRuns: 60 },
  );
});

test("the order of the files does not matter", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(log, { minLength: 2, maxLength: 4 }), fc.nat(), async (logs, seed) => {
      const facts = (
        await Promise.all(logs.map((bytes, index) => readChunks(`${index}.log`, pieces(bytes, []))))
      ).flat();
      const turned = facts.map((_, index) => facts[(index + seed) % facts.length]).flatMap((one) => one ?? []);
      expect(diagnose(turned)).toEqual(diagnose(facts));
    }),
    { numRuns: 80 },
  );
});

test("without equal hashes and without an overlap nothing is ever proven", async () => {
  const apart = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 100_000 }),
      status: fc.constantFrom(200, 400, 401),
      seconds: fc.double({ min: 0, max: 60, noNaN: true }),
      client: fc.constantFrom("", "app-one", "app-two"),
      elided: fc.boolean(),
    }),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(apart, fc.boolean(), async (requests, hashed) => {
      let at = start;
      const lines = requests.map((request, index) => {
        at += request.gap + Math.ceil(request.seconds * 1000);
        const hash = hashed ? { hash: index.toString(16).padStart(10, "0") } : {};
        const when = request.elided ? "..." : new Date(at).toISOString();
        return modern({ ...hash, ...request, time: when, id: String(index) });
      });
      const diagnosis = diagnose(await readChunks("a.log", pieces(Buffer.from(text(lines)), [])), defaultOptions);
      expect(diagnosis.verdict).not.toBe("race-proven");
    }),
    { numRuns: 150 },
  );
});

test("any bytes at all give a diagnosis", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array)),
    fc
      .tuple(
        fc.constant(Buffer.from(text(raceLines(2)))),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 30 }),
      )
      .map(([good, changes]) => {
        const spoilt = Buffer.from(good);
        for (const [at, byte] of changes) spoilt[at % spoilt.length] = byte;
        return spoilt;
      }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const diagnosis = diagnose(await readChunks("a.log", pieces(content, [])));
      expect(diagnosis.totals.bytes).toBeLessThanOrEqual(content.length);
    }),
    { numRuns: 300 },
  );
});

test("the search finds a needle wherever there is one", () => {
  const some = ["abcab", "bcabcc", "cabb\\/a", "a\0b\0c"].map((needle, index) => ({
    bytes: Buffer.from(needle),
    fingerprintAt: index % 3,
  }));
  const search = new NeedleSearch(some);
  const letters = fc.array(fc.constantFrom(..."abcb\\/\0".split("")), { maxLength: 200 });
  fc.assert(
    fc.property(letters, fc.nat(20), fc.nat(5000), (text, from, filler) => {
      const bytes = Buffer.from(`${"-".repeat(filler)}${text.join("")}`);
      const places = some.map(({ bytes: needle }) => bytes.indexOf(needle, from)).filter((at) => at >= 0);
      const found = search.next(bytes, from, bytes.length);
      if (places.length === 0) expect(found).toBe(-1);
      else {
        // Needles may overlap: the one whose fingerprint comes first is found.
        expect(some.some(({ bytes: needle }) => bytes.subarray(found, found + needle.length).equals(needle))).toBe(
          true,
        );
        expect(found - Math.min(...places)).toBeLessThan(search.longest);
      }
    }),
    { numRuns: 1000 },
  );
});

test("the search stops where a fingerprint stands, and nowhere else in an ordinary log", () => {
  const scan = new VectorScan(needles.map(fingerprintOf));
  const fingerprints = new Set(needles.map((needle) => fingerprintOf(needle).toString("latin1")));
  const stops = (words: string): readonly string[] => {
    const bytes = Buffer.from(words, "latin1");
    scan.load(bytes, 0, bytes.length);
    const found: string[] = [];
    for (let at = scan.next(0, bytes.length); at < bytes.length; at = scan.next(at + 1, bytes.length))
      found.push(words.slice(at, at + 3));
    return found;
  };
  expect([...fingerprints].filter((one) => !stops(`--${one}--`).includes(one))).toEqual([]);
  const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
  expect(stops(ordinary("2024-05-01T10:00:00.000Z", { ua: agent, username: "someone" }).repeat(20))).toEqual([]);
});

test("the fingerprints stand in their needles", () => {
  expect(needles.filter(({ bytes, fingerprintAt }) => fingerprintAt < 0 || fingerprintAt + 3 > bytes.length)).toEqual(
    [],
  );
});
