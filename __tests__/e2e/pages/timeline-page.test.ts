import type { Page } from "playwright-core";
import type { Diagnosis } from "../../../lib/diagnose";
import { hostileTexts } from "../../report/html/support";
import { nothing, quiet, races, withoutTimes } from "../../report/timeline/support";
import { accessibilityTrouble, type Browser, built, type Opened, startBrowser } from "./browser";

let browser: Browser;
let opened: Opened | undefined;
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(async () => {
  expect(opened?.trouble ?? []).toEqual([]);
  await opened?.page.close();
  opened = undefined;
});
afterAll(() => browser?.close());

const render = built<Diagnosis>("timeline/timeline-page.js", "renderTimeline");
async function open(model: Diagnosis): Promise<Page> {
  opened = await browser.open(render(model));
  return opened.page;
}

interface Drawn {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

const bars = (page: Page, kind: string): Promise<readonly Drawn[]> =>
  page.locator(`#timeline .bar.${kind} .body`).evaluateAll((all) =>
    all.map((one) => {
      const { left, right, top } = one.getBoundingClientRect();
      return { left, right, top };
    }),
  );
/** The span that is in view: its beginning, its length in milliseconds. */
async function view(page: Page): Promise<readonly [from: number, span: number]> {
  const svg = page.locator("#timeline");
  const [from, to] = [Number(await svg.getAttribute("data-from")), Number(await svg.getAttribute("data-to"))];
  return [from, to - from];
}
const span = async (page: Page): Promise<number> => (await view(page))[1];
const focusedBar = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute("data-id") ?? "");

test("a race: its winner above its losers, each in a lane, revoked when the winner is answered", async () => {
  const page = await open(await races(1, 5));
  expect(await page.locator("h1").textContent()).toBe("The refresh race is proven");
  const [won] = await bars(page, "won");
  const lost = await bars(page, "lost");
  expect(lost).toHaveLength(5);
  expect(new Set([won, ...lost].map((one) => one?.top)).size).toBe(6);
  const revoked = await page.locator("#timeline line.revoked").evaluate((line) => line.getBoundingClientRect().left);
  expect(Math.abs(revoked - (won?.right ?? 0))).toBeLessThan(3);
  for (const { left, right, top } of lost) {
    expect(top).toBeGreaterThan(won?.top ?? 0);
    expect(left).toBeGreaterThan(won?.left ?? 0);
    expect(right).toBeLessThan(revoked);
  }
  expect(await page.locator("#timeline text.revoked").textContent()).toBe("token revoked 10:00:14.500");
  expect(await page.locator("#timeline .webhooks .tick").count()).toBe(4);
  expect(await page.locator("#timeline .errors .mark").count()).toBeGreaterThan(1);
  expect(await accessibilityTrouble(page)).toEqual([]);
});

test("winners and losers are told by sign and filling too, not by colour alone", async () => {
  const page = await open(await races(1, 5));
  const of = (kind: string): Promise<readonly string[]> =>
    page
      .locator(`#timeline .bar.${kind}`)
      .evaluateAll((all) =>
        all.map(
          (one) =>
            `${one.querySelector("text")?.textContent?.slice(0, 5)} ${getComputedStyle(one.querySelector(".body") ?? one).fill.slice(0, 3)}`,
        ),
      );
  expect(await of("won")).toEqual(["✓ won rgb"]);
  expect(new Set(await of("lost"))).toEqual(new Set(["✕ los url"]));
});

test("zooms with buttons, keys, wheel and drag, moves, and shows all again", async () => {
  const page = await open(await races(3, 6));
  const first = await span(page);
  await page.click("#zoom-in");
  expect(await span(page)).toBeCloseTo(first / 2);
  await page.focus("#timeline");
  await page.keyboard.press("-");
  expect(await span(page)).toBeCloseTo((first / 2) * 1.5);
  await page.keyboard.press("+");
  const chart = await page.locator("#timeline").boundingBox();
  const [x, y] = [(chart?.x ?? 0) + 500, (chart?.y ?? 0) + 120];
  const beforeWheel = await span(page);
  // A page that was scrolled a moment ago takes the wheel for itself.
  await page.waitForTimeout(500);
  const wheelTo = (await page.locator("#timeline").getAttribute("data-to")) ?? "";
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -100);
  await page.waitForFunction((to) => document.getElementById("timeline")?.dataset.to !== to, wheelTo);
  expect(await span(page)).toBeCloseTo(beforeWheel * 0.8);
  const beforeDrag = await span(page);
  await page.mouse.down();
  await page.mouse.move(x + 100, y, { steps: 4 });
  expect(await page.locator("#timeline .marked").count()).toBe(1);
  await page.mouse.up();
  expect(await span(page)).toBeLessThan(beforeDrag / 5);
  const [from, length] = await view(page);
  await page.keyboard.press("ArrowRight");
  expect(await view(page)).toEqual([expect.closeTo(from + length / 5), expect.closeTo(length)]);
  await page.keyboard.press("0");
  expect(await span(page)).toBeGreaterThan(3_600_000);
  expect(await page.locator("#fit").isDisabled()).toBe(true);
});

test("wholly zoomed out, the wheel scrolls the page", async () => {
  const page = await open(await races(3, 6));
  await page.selectOption("#race", "");
  await page.evaluate(() => scrollTo(0, 0));
  const chart = await page.locator("#timeline").boundingBox();
  await page.mouse.move((chart?.x ?? 0) + 500, Math.min((chart?.y ?? 0) + 60, 850));
  await page.mouse.wheel(0, 200);
  await page.waitForFunction(() => scrollY > 0);
});

test("a page that is being scrolled goes on scrolling over the timeline, and zooms nothing", async () => {
  const page = await open(await races(3, 6));
  const before = await view(page);
  const taken = await page.evaluate(async () => {
    const scrolling = new Promise((resolve) => addEventListener("scroll", resolve, { once: true }));
    scrollBy(0, 100);
    await scrolling;
    const wheel = new WheelEvent("wheel", { deltaY: -100, bubbles: true, cancelable: true });
    document.getElementById("timeline")?.dispatchEvent(wheel);
    return wheel.defaultPrevented;
  });
  expect(taken).toBe(false);
  expect(await view(page)).toEqual(before);
});

test("the strip moves the view", async () => {
  const page = await open(await races(3, 6));
  await page.evaluate(() => document.getElementById("timeline-title")?.scrollIntoView());
  const ground = page.locator("#timeline .strip .ground");
  const strip = await ground.boundingBox();
  const before = (await page.locator("#timeline").getAttribute("data-to")) ?? "";
  // As a locator's click it waits until the page, which was scrolled a moment ago, stands still.
  await ground.click({ position: { x: (strip?.width ?? 0) / 2, y: 10 }, force: true });
  await page.waitForFunction((to) => document.getElementById("timeline")?.dataset.to !== to, before);
  const [from, length] = await view(page);
  expect(from + length / 2).toBeCloseTo(Date.UTC(2024, 4, 1, 10, 30), -5);
  await page.getByText(/^2024-05-01 10:(29|30):.* refreshes$/).waitFor();
});

test("details come with the pointer and with the focus, and go with Escape", async () => {
  const page = await open(await races(1, 5));
  await page.locator("#timeline .bar.won .body").hover({ position: { x: 20, y: 8 } });
  expect(await page.locator("#tip strong").textContent()).toBe("refresh-1: won");
  expect(await page.locator("#tip").textContent()).toContain("production_json.log:6");
  await page.mouse.move(5, 5);
  expect(await page.locator("#tip").isVisible()).toBe(false);
  await page.focus("#timeline");
  await page.keyboard.press("ArrowDown");
  expect(await focusedBar(page)).toBe("refresh-1");
  await page.keyboard.press("ArrowDown");
  expect(await focusedBar(page)).toBe("refresh-2");
  expect(await page.locator("#tip strong").textContent()).toBe("refresh-2: lost");
  await page.keyboard.press("+");
  expect(await focusedBar(page)).toBe("refresh-2");
  await page.keyboard.press("ArrowUp");
  expect(await focusedBar(page)).toBe("refresh-1");
  await page.keyboard.press("Escape");
  expect(await page.locator("#tip").isVisible()).toBe(false);
});

test("every race can be chosen", async () => {
  const page = await open(await races(3, 4));
  expect(await page.locator("[data-race-panel]:visible h3").allTextContents()).toEqual(["race-1"]);
  await page.click("#following");
  expect(await page.locator("#race").inputValue()).toBe("race-2");
  expect(await page.locator("[data-race-panel]:visible h3").allTextContents()).toEqual(["race-2"]);
  expect(await page.locator("#timeline text.revoked").textContent()).toContain("10:30:");
  await page.selectOption("#race", "");
  expect(await page.locator("[data-race-panel]:visible").count()).toBe(0);
  expect(await bars(page, "won")).toHaveLength(3);
});

test("without times, refreshes are drawn in the order of the log, and that is said", async () => {
  const page = await open(await withoutTimes());
  const [won] = await bars(page, "won");
  const [lost] = await bars(page, "lost");
  expect(won?.right).toBeLessThan(lost?.left ?? 0);
  expect(await page.locator("#timeline .axis text").textContent()).toBe(
    "→ the order in the log; without times, lengths have no meaning",
  );
  await page.getByText("2 refreshes, in the order of the log", { exact: true }).waitFor();
});

test("too many refreshes to tell apart are drawn as columns, and as bars once zoomed in", async () => {
  const page = await open(await quiet(2000));
  expect(await bars(page, "granted")).toHaveLength(0);
  const columns = await page.locator("#timeline .columns .granted").count();
  expect(columns).toBeGreaterThan(50);
  expect(columns).toBeLessThan(200);
  await page.focus("#timeline");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("+");
  expect((await bars(page, "granted")).length).toBeGreaterThan(10);
});

test("the table finds a refresh, unfolds it, and shows it on the timeline", async () => {
  const page = await open(await races(3, 6));
  await page.fill("#refreshes-search", "won-2");
  expect(await page.locator("#refreshes-count").textContent()).toBe("1 of 21 refreshes");
  await page.locator("#refreshes .fold").click();
  expect(await page.locator("#refreshes .facts").textContent()).toContain("Correlation idwon-2");
  await page.getByRole("button", { name: "Show on the timeline" }).click();
  expect(await focusedBar(page)).toBe("refresh-15");
  expect(await page.locator('#timeline [data-id="refresh-15"]').getAttribute("aria-label")).toContain("won, 200");
});

test("with nothing to draw there is a page all the same", async () => {
  const page = await open(await nothing());
  expect(await page.locator("h1").textContent()).toBe("Not enough information");
  expect(await page.locator("#timeline").count()).toBe(0);
  await page.locator("#theme").click();
  expect(await page.locator("#theme").textContent()).toBe("Theme: light");
});

test("no text of a log is run or breaks the page", async () => {
  const diagnosis = await races(1, 2);
  const [text = "", second = "", third = ""] = hostileTexts;
  const place = { input: third, line: 1, offset: 0, correlationId: text };
  const page = await open({
    ...diagnosis,
    summary: text,
    races: diagnosis.races.map((race) => ({ ...race, explanation: third, doubts: [text], evidence: [place] })),
    timeline: {
      ...diagnosis.timeline,
      refreshes: diagnosis.timeline.refreshes.map((refresh) => ({ ...refresh, pod: third, tokenHash: second, place })),
      errors: diagnosis.timeline.errors.map((error) => ({ ...error, component: third, place })),
    },
  });
  await page.locator("#timeline .errors .hit").first().hover();
  expect(await page.locator("#tip").textContent()).toContain(third);
  await page.focus("#timeline");
  await page.keyboard.press("ArrowDown");
  expect(await page.locator("#tip").textContent()).toContain(second);
  expect(await page.title()).not.toBe("broken");
  expect(await page.locator("img").count()).toBe(0);
});

test("prints, and fits a narrow screen", async () => {
  const page = await open(await races(2, 10));
  expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("#refreshes thead button").first().isVisible()).toBe(true);
  expect(await page.locator("#zoom-in").isVisible()).toBe(false);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator('#timeline[viewBox^="0 0 3"]').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await bars(page, "lost")).toHaveLength(10);
});
