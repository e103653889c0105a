import { diagnosed, modern, type TokenRequest } from "./support/logs";
import { type Shipped, shippers } from "./support/shippers";

/*
 * The kinds of situations in every log format and behind every log shipper: what is found depends on what the law of docs/explanation/the-race.md
 * says, and on nothing else.
 */

const client = "a1b2c3d4".repeat(8);
const hash = "aabbccddee";

function record(request: TokenRequest, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...JSON.parse(modern({ client, ...request })), ...fields });
}

const won = record({ time: "2026-05-04T09:01:00.000Z", seconds: 60, id: "won" });
const lost = record({ time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 400, id: "lost" });
const wonHash = record({ time: "2026-05-04T09:01:00.000Z", seconds: 0.6, id: "won", hash });
const lostHash = record({ time: "2026-05-04T09:00:59.900Z", seconds: 0.3, status: 400, id: "lost", hash });
const user = (username: string, remote_ip: string) => ({ username, remote_ip, "meta.remote_ip": remote_ip });

interface Kind {
  readonly name: string;
  readonly lines: readonly [granted: string, refused: string];
  /** With one machine, and with two. */
  readonly verdicts: readonly [one: string, two: string];
  readonly causes?: readonly string[];
}

const kinds: readonly Kind[] = [
  { name: "an overlap", lines: [won, lost], verdicts: ["race-likely", "race-likely"] },
  {
    name: "an overlap of one user",
    lines: [
      record({ time: "2026-05-04T09:01:00.000Z", seconds: 60, id: "won", user: "terraform-bot" }),
      record({ time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 400, id: "lost", user: "terraform-bot" }),
    ],
    verdicts: ["race-proven", "race-likely"],
  },
  { name: "an overlap with one hash", lines: [wonHash, lostHash], verdicts: ["race-proven", "race-likely"] },
  {
    name: "a refusal half an hour later, with one hash",
    lines: [wonHash, record({ time: "2026-05-04T09:31:00.000Z", seconds: 0.1, status: 400, id: "late", hash })],
    verdicts: ["other-cause", "other-cause"],
    causes: ["stale-refresh-token"],
  },
  {
    name: "a refusal two seconds later, with one hash",
    lines: [wonHash, record({ time: "2026-05-04T09:01:02.500Z", seconds: 0.1, status: 400, id: "late", hash })],
    verdicts: ["race-likely", "race-likely"],
  },
  {
    name: "a refusal half an hour before, with one hash",
    lines: [wonHash, record({ time: "2026-05-04T08:31:00.000Z", seconds: 0.1, status: 400, id: "early", hash })],
    verdicts: ["other-cause", "other-cause"],
    causes: ["refused-then-accepted"],
  },
  {
    name: "401 of a modern GitLab",
    lines: [won, record({ time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 401, id: "lost" })],
    verdicts: ["other-cause", "other-cause"],
    causes: ["invalid-client"],
  },
  {
    name: "401 of a GitLab 13",
    lines: [
      record(
        { time: "2026-05-04T09:01:00.000Z", seconds: 60, id: "won" },
        { controller: "Doorkeeper::TokensController" },
      ),
      record(
        { time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 401, id: "lost" },
        { controller: "Doorkeeper::TokensController" },
      ),
    ],
    verdicts: ["race-likely", "race-likely"],
  },
  {
    name: "two users",
    lines: [
      record({ time: "2026-05-04T09:01:00.000Z", seconds: 60, id: "won" }, user("carol", "198.51.100.10")),
      record({ time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 400, id: "lost" }, user("bob", "198.51.100.9")),
    ],
    verdicts: ["insufficient", "insufficient"],
  },
  {
    name: "a refused request without a refresh token",
    lines: [
      won,
      record(
        { time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 400, id: "lost" },
        {
          params: [
            { key: "client_id", value: client },
            { key: "client_secret", value: "[FILTERED]" },
            { key: "grant_type", value: "refresh_token" },
          ],
        },
      ),
    ],
    verdicts: ["other-cause", "other-cause"],
    causes: ["refresh-without-token"],
  },
  {
    name: "two applications",
    lines: [
      won,
      record({ time: "2026-05-04T09:00:50.000Z", seconds: 3, status: 400, id: "lost", client: "ffff".repeat(16) }),
    ],
    verdicts: ["insufficient", "insufficient"],
  },
];

describe.each(shippers)("$name", ({ file, names }) => {
  test.each(kinds)("$name", async ({ lines: [granted, refused], verdicts, causes }) => {
    const of = async (shipped: readonly Shipped[]) => {
      const diagnosis = await diagnosed({ "production_json.log": file(shipped) });
      expect(diagnosis.timeline.refreshes.map(({ place }) => place.correlationId).sort()).toHaveLength(2);
      expect(causes ?? []).toEqual(diagnosis.causes.map(({ rule }) => rule));
      return diagnosis.verdict;
    };
    const one = await of([
      { line: granted, host: "web-1" },
      { line: refused, host: "web-1" },
    ]);
    const two = await of([
      { line: granted, host: "web-1" },
      { line: refused, host: "web-2" },
    ]);
    expect([one, two]).toEqual([verdicts[names === "hidden" ? 1 : 0], verdicts[names === "nothing" ? 0 : 1]]);
  });

  test("one record delivered twice, raw and by the shipper", async () => {
    const exported = JSON.stringify({ ...JSON.parse(wonHash), duration_s: 0.6004, time: "2026-05-04T09:01:00Z" });
    const diagnosis = await diagnosed({
      "production_json.log": `${wonHash}\n`,
      "export.json": file([{ line: exported, host: "web-1" }]),
    });
    expect([diagnosis.verdict, diagnosis.totals.refreshes.granted]).toEqual(["nothing-found", 1]);
  });
});
