import type { Diagnosis } from "../../../lib/diagnose";
import { barKinds, type TimelineData, timelineData } from "../../../lib/report/timeline/timeline-data";
import { renderTimeline } from "../../../lib/report/timeline/timeline-page";
import { verdictWords } from "../../../lib/report/timeline/verdict-words";
import { diagnosed, modern } from "../../diagnose/support/logs";
import { hostileTexts } from "../html/support";
import { nothing, quiet, races, withoutTimes } from "./support";

const title = (page: string): string | undefined => /<h1>(.*?)<\/h1>/.exec(page)?.[1];
const data = (page: string): TimelineData => JSON.parse(page.split('id="data">')[1]?.split("</script>")[0] ?? "");
const kinds = ({ bars }: TimelineData): Readonly<Record<string, number>> =>
  Object.fromEntries(
    barKinds.map((kind) => [kind, bars.filter((bar) => bar.kind === kind).length]).filter(([, count]) => count !== 0),
  );

describe("a race", () => {
  test("is told by its winner, its losers and the moment of revocation", async () => {
    const found = timelineData(await races(1, 3));
    expect(kinds(found)).toEqual({ won: 1, lost: 3 });
    const winner = found.bars.find(({ kind }) => kind === "won");
    expect(found.races).toEqual([
      { id: "race-1", start: winner?.start, end: winner?.end, revoked: winner?.end, winner: winner?.id, timed: true },
    ]);
    expect([found.webhooks.length, found.errors.length]).toEqual([4, 3]);
  });

  test("comes with its verdict, explanation, evidence and the next command", async () => {
    const page = renderTimeline(await races(1, 3));
    expect(title(page)).toBe("The refresh race is proven");
    expect(page).toContain('data-copy="repoint inventory ORG"');
    expect(page).toContain("race-1 · 3 losers · proven · 2024-05-01 10:00:01");
    expect(page).toContain("the same refresh_token_hash");
    expect(page).toContain("<code>production_json.log:4</code>");
  });

  test("without times is drawn in the order of the log, and labelled so", async () => {
    const diagnosis = await withoutTimes();
    expect(timelineData(diagnosis).races.map(({ timed }) => timed)).toEqual([false]);
    const page = renderTimeline(diagnosis);
    expect(title(page)).toBe("The refresh race is likely");
    expect(page).toContain(
      "The logs contain no times. Refreshes are drawn in the order of the log; lengths and distances have no meaning.",
    );
    expect(page).toContain("1 loser · likely · no times");
  });

  test("that does not name all of its losers has them all the same", async () => {
    const diagnosis = await races(1, 130);
    const [race] = diagnosis.races;
    expect([race?.losers.length, race?.loserCount]).toEqual([100, 130]);
    expect(kinds(timelineData(diagnosis))).toEqual({ won: 1, lost: 130 });
  });

  test("is followed by refusals that were no part of it", async () => {
    const hash = "a1b2c3d4e5";
    const found = timelineData(
      await diagnosed([
        modern({ hash, status: 400, seconds: 3, time: "2024-05-01T10:00:30.000Z" }),
        modern({ hash, seconds: 60, time: "2024-05-01T10:01:00.000Z" }),
        modern({ hash: "ffffffffff", status: 400, time: "2024-05-01T10:05:00.000Z" }),
      ]),
    );
    expect(kinds(found)).toEqual({ won: 1, lost: 1, later: 1 });
  });
});

test("without a race, all refreshes are shown", async () => {
  const page = renderTimeline(await quiet(5));
  expect(title(page)).toBe("Nothing found");
  expect(page).toContain("no race: everything");
  expect(kinds(data(page))).toEqual({ granted: 5 });
});

test("without anything to draw, the page says so, and what to collect", async () => {
  const page = renderTimeline(await nothing());
  expect(title(page)).toBe("Not enough information");
  expect(page).toContain("There is nothing to draw: the logs contain no refresh of an OAuth token.");
  expect(page).toContain("repoint diagnose *.log");
  expect(page).not.toContain('id="timeline"');
  expect(page).toContain("not-recognised");
});

test("what the diagnosis left out is stated", async () => {
  const diagnosis = await quiet(2100);
  const page = renderTimeline({
    ...diagnosis,
    raceCount: 201,
    timeline: { ...diagnosis.timeline, errorsLeftOut: 7, webhookSecondsLeftOut: 3 },
  });
  for (const text of ["100 more refreshes", "201 more races", "7 more errors", "Webhooks of 3 more seconds"])
    expect(page).toContain(text);
});

test("names stay masked", async () => {
  const page = renderTimeline(await races(1, 2));
  expect(page).not.toMatch(/terraform-bot|10\.1\.2\.3/);
  expect(page).toContain("Names and addresses are masked.");
  expect(page).toContain("user-1");
});

test("every verdict has its words and a sign of its own", async () => {
  const diagnosis = await nothing();
  for (const verdict of ["race-proven", "race-likely", "other-cause", "nothing-found", "insufficient"] as const) {
    expect(title(renderTimeline({ ...diagnosis, verdict }))).toBe(verdictWords[verdict].title);
  }
});

test("no text breaks the page", async () => {
  const diagnosis = await races(1, 2);
  const [text = "", second = ""] = hostileTexts;
  const place = { input: text, line: 1, offset: 0, correlationId: second };
  const broken: Diagnosis = {
    ...diagnosis,
    summary: text,
    next: [{ what: second, command: text }],
    races: diagnosis.races.map((race) => ({
      ...race,
      explanation: text,
      doubts: [second],
      client: text,
      evidence: [place],
    })),
    causes: [
      {
        rule: text,
        severity: "error",
        title: text,
        explanation: second,
        remedy: text,
        count: 1,
        subject: text,
        first: null,
        last: null,
        evidence: [place],
      },
    ],
    inputs: diagnosis.inputs.map((input) => ({ ...input, name: text })),
    skipped: [{ reason: text, explanation: second, input: text, count: 1, places: [{ line: 1, offset: 0 }] }],
    timeline: {
      ...diagnosis.timeline,
      refreshes: diagnosis.timeline.refreshes.map((refresh) => ({ ...refresh, pod: text, client: second, place })),
      errors: diagnosis.timeline.errors.map((error) => ({ ...error, component: text, place })),
    },
  };
  const page = renderTimeline(broken);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain("<img");
  expect(data(page).bars).toHaveLength(3);
});
