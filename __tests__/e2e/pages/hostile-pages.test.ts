import type { Page } from "playwright-core";
import type { Diagnosis } from "../../../lib/diagnose";
import type { Review } from "../../../lib/review/model";
import { printable } from "../../../lib/util/plain-text";
import { HOSTILE, troublesIn, WORSE } from "../../hostile/text";
import { review } from "../../report/html/support";
import { races } from "../../report/timeline/support";
import { type Browser, built, type Opened, startBrowser } from "./browser";

let browser: Browser;
let opened: Opened[] = [];
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(async () => {
  // No error, no message, no dialog, no request, no violated policy.
  expect(opened.flatMap(({ trouble }) => trouble)).toEqual([]);
  for (const { page } of opened) await page.close();
  opened = [];
});
afterAll(() => browser?.close());

const reviewPage = built<Review>("html/review-page.js", "renderReviewPage");
const timelinePage = built<Diagnosis>("timeline/timeline-page.js", "renderTimeline");
async function open(markup: string): Promise<Page> {
  expect(troublesIn(markup)).toEqual([]);
  const one = await browser.open(markup);
  opened.push(one);
  return one.page;
}

/** What is a word of the model's own, a time, a digest, or an id that other parts refer to. */
const WORDS =
  /^(kind|action|direction|severity|verdict|outcome|basis|rule|findings|digest|\w*[sS]ha256|createdAt|start|end|first|last|time|at|revokedBy|since|until|certainty|strength|whose|winner|losers|race|container|field|unit|unitBecause|timeIs|timeBecause|source|level)$/;

/** A model in which every other text has something behind it. */
function with_<T>(value: T, tail: string, key?: string): T;
function with_(value: unknown, tail: string, key = ""): unknown {
  if (WORDS.test(key)) return value;
  if (typeof value === "string") return key === "id" && /^(refresh|race)-|^[a-z-]+$/.test(value) ? value : value + tail;
  if (Array.isArray(value)) return value.map((each) => with_(each, tail, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, with_(inner, tail, name)]));
}

/** As long as what is shown of a hostile text, with blanks in the same places, so that labels are cut and wrapped alike. */
const PLAIN = printable(WORSE).replaceAll(/[^\s]/gu, "x");

/** How many there are of each element, but for a drawing's labels, whose lines depend on what they hold. */
const elements = (page: Page): Promise<Readonly<Record<string, number>>> =>
  page.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const { nodeName } of document.querySelectorAll(":not(svg text)"))
      counts[nodeName] = (counts[nodeName] ?? 0) + 1;
    return counts;
  });

/** Everything that a person may read or hear, and what the document has become. */
const told = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const attributes = [...document.querySelectorAll("*")].flatMap((one) =>
      [...one.attributes].map(({ value }) => value),
    );
    return [document.title, document.documentElement.outerHTML, document.body.textContent, ...attributes].join("\n");
  });

async function expectHarmless(hostile: Page, plain: Page): Promise<void> {
  expect(await elements(hostile)).toEqual(await elements(plain));
  const text = await told(hostile);
  expect(troublesIn(text)).toEqual([]);
  expect(text).toContain("\\x1b[2J");
  expect(text).toContain("\\u202e");
  expect(await hostile.title()).not.toBe("broken");
}

test.each(["forward", "failing"])(
  "a review (%s) shows hostile names, and none of them becomes more than text",
  async (what) => {
    const model = review({ count: 12, exceptions: what === "failing" ? 4 : 0 });
    const given: Review = {
      ...model,
      notes: ["a note"],
      left: [{ reason: "a reason", count: 1, manual: [{ kind: "stack", name: "s", id: "st-1", todo: "t" }] }],
      changes: model.changes.map((change) => ({ ...change, request: "PATCH /api" })),
    };
    const pages = [await open(reviewPage(with_(given, WORSE))), await open(reviewPage(with_(given, PLAIN)))] as const;
    await expectHarmless(...pages);
    for (const page of pages) for (const fold of await page.locator("#changes .fold").all()) await fold.click();
    await expectHarmless(...pages);
    const [page] = pages;
    await page.fill("#changes-search", HOSTILE.slice(0, 40));
    await page.fill("#changes-search", "\\u202e");
    expect(await page.locator("#changes .fold").count()).toBe(12);
  },
);

test("a timeline shows hostile names, and none of them becomes more than text", async () => {
  const model = await races(2, 4);
  const pages = [await open(timelinePage(with_(model, WORSE))), await open(timelinePage(with_(model, PLAIN)))] as const;
  await expectHarmless(...pages);
  for (const page of pages) for (const summary of await page.locator("summary:visible").all()) await summary.click();
  await expectHarmless(...pages);
});
