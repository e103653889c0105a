import type { Page } from "playwright-core";
import type { Review } from "../../../lib/review/model";
import { printable } from "../../../lib/util/plain-text";
import { change, hostileTexts, review } from "../../report/html/support";
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

const render = built<Review>("html/review-page.js", "renderReviewPage");
async function open(model: Review): Promise<Page> {
  opened = await browser.open(render(model));
  return opened.page;
}

const names = (page: Page): Promise<readonly string[]> => page.locator("#changes .fold").allTextContents();
const counted = (page: Page): Promise<string | null> => page.locator("#changes-count").textContent();
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

test("opens: verdict, next command, exceptions, picture, table", async () => {
  const page = await open(review({ count: 60, exceptions: 20 }));
  expect(await page.title()).toBe("Fail: plan for acme · Repoint");
  expect(await page.locator("h1").textContent()).toBe("Fail: 3 errors, do not apply");
  expect(await page.locator(".command code").textContent()).toBe("repoint plan acme");
  expect(await page.locator("#findings-title").textContent()).toBe("Exceptions: 3 errors, 1 note");
  expect(await page.locator("#flow-kind svg path").count()).toBeGreaterThan(4);
  expect(await counted(page)).toBe("60 changes");
  expect(await accessibilityTrouble(page)).toEqual([]);
});

test("a search narrows the table at once, says how much is left, and can be taken back", async () => {
  const page = await open(review({ count: 60, exceptions: 20 }));
  await page.fill("#changes-search", "SERVICE-5 Stack");
  expect(await names(page)).toEqual(["service-5", "service-53", "service-59"]);
  expect(await counted(page)).toBe("3 of 60 changes");
  await page.fill("#changes-search", "terraform/staging");
  expect(await names(page)).toEqual(["service-19", "service-39", "service-59"]);
  await page.fill("#changes-search", "no such thing");
  expect(await page.locator("#changes .empty").textContent()).toBe("None of the changes matches.");
  await page.click("#changes-reset");
  expect(await counted(page)).toBe("60 changes");
  expect(await page.locator("#changes-search").inputValue()).toBe("");
});

test("filters by kind, wave and finding narrow it together", async () => {
  const page = await open(review({ count: 60, exceptions: 20 }));
  await page.getByRole("combobox", { name: "Findings", exact: true }).selectOption({ label: "with findings" });
  expect(await names(page)).toEqual(["service-19", "service-39", "service-59"]);
  await page.getByRole("combobox", { name: "Kind", exact: true }).selectOption({ label: "stack" });
  expect(await names(page)).toEqual(["service-59"]);
  await page.getByRole("combobox", { name: "Findings", exact: true }).selectOption({ label: "token-only" });
  await page.getByRole("combobox", { name: "Wave", exact: true }).selectOption({ label: "wave 1" });
  expect(await counted(page)).toBe("0 of 60 changes");
});

test("a column's button sorts by it, numbers as numbers, and turns the order round", async () => {
  const page = await open(review({ count: 30 }));
  const header = page.locator("#changes thead th").first();
  await header.getByRole("button").click();
  expect((await names(page)).slice(0, 4)).toEqual(["service-0", "service-1", "service-2", "service-3"]);
  expect(await header.getAttribute("aria-sort")).toBe("ascending");
  await header.getByRole("button").click();
  expect((await names(page)).slice(0, 2)).toEqual(["service-29", "service-28"]);
  expect(await header.getAttribute("aria-sort")).toBe("descending");
  await page.getByRole("button", { name: "Kind", exact: true }).click();
  expect(await header.getAttribute("aria-sort")).toBe("none");
  expect((await names(page))[0]).toBe("service-3");
});

test("a row unfolds to its attributes, before and after, and to what was found", async () => {
  const page = await open(review({ count: 60, exceptions: 20 }));
  const fold = page.getByRole("button", { name: "service-19", exact: true });
  await fold.click();
  expect(await fold.getAttribute("aria-expanded")).toBe("true");
  const detail = page.locator("#changes .detail");
  expect(await detail.locator("tbody th").allTextContents()).toEqual([
    "vcs_repo[0].oauth_token_id",
    "working_directory not part of a re-pointing",
  ]);
  expect(await detail.locator("tbody td").allTextContents()).toEqual([
    '"ot-OneOneOneOneOne1"',
    "(known after apply)",
    '"terraform/production"',
    '"terraform/staging"',
  ]);
  expect(await detail.locator("ins").allTextContents()).toEqual(["(known after apply)", "staging"]);
  expect(await detail.textContent()).toContain("What to do: write the resource's current values");
  await fold.click();
  expect(await detail.count()).toBe(0);
});

test("a finding leads to its row, even past a filter", async () => {
  const page = await open(review({ count: 900, exceptions: 300 }));
  await page.fill("#changes-search", "service-1");
  await page.getByRole("button", { name: "tfe_stack.service_899" }).click();
  expect(await focused(page)).toBe("service-899");
  expect(await page.locator('tr[data-row="899"] .fold').getAttribute("aria-expanded")).toBe("true");
  expect(await page.locator('tr[data-row="899"]').isVisible()).toBe(true);
  expect(await counted(page)).toBe("900 changes");
});

test("all findings of a rule can be shown", async () => {
  const page = await open(review({ count: 100, exceptions: 2 }));
  expect(await page.locator("#found-0 li").count()).toBe(10);
  await page.getByRole("button", { name: "Show all 50" }).click();
  expect(await page.locator("#found-0 li").count()).toBe(50);
  expect(await page.locator("#found-0 li").last().textContent()).toBe(
    "tfe_policy_set.service_99 it would change working_directory, not only its token",
  );
});

test("the picture is switched, and a group of it shows its rows", async () => {
  const page = await open(review({ count: 60 }));
  await page.getByRole("button", { name: "by wave" }).click();
  expect(await page.locator("#flow-kind").isVisible()).toBe(false);
  const group = page.getByRole("button", { name: "15 wave 2: show in the table" });
  await group.focus();
  await page.keyboard.press("Enter");
  expect(await counted(page)).toBe("15 of 60 changes");
  expect(await page.getByRole("combobox", { name: "Wave", exact: true }).inputValue()).toBe("=wave 2");
});

test("the theme follows the system, and can be chosen", async () => {
  const page = await open(review({ count: 3 }));
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [light, dark] = ["rgb(245, 246, 249)", "rgb(18, 20, 26)"];
  expect(await ground()).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await ground()).toBe(dark);
  const button = page.locator("#theme");
  await button.click();
  expect([await button.textContent(), await ground()]).toEqual(["Theme: light", light]);
  await button.click();
  expect([await button.textContent(), await ground()]).toEqual(["Theme: dark", dark]);
  await page.reload();
  expect(await button.textContent()).toBe("Theme: dark");
  await button.click();
  expect(await button.textContent()).toBe("Theme: system");
  await page.emulateMedia({ colorScheme: "light" });
});

test("everything is reached with the keyboard, in the order of the page, and seen when it is", async () => {
  const page = await open(review({ count: 2 }));
  const reached: string[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    reached.push((await focused(page)).trim());
    const outline = await page.evaluate(() => {
      const style = document.activeElement === null ? undefined : getComputedStyle(document.activeElement);
      const pill = document.activeElement?.querySelector("rect");
      return `${style?.outlineStyle} ${pill === null || pill === undefined ? "" : getComputedStyle(pill).strokeWidth}`;
    });
    expect(outline).toMatch(/^(solid|auto)|4px$/);
  }
  expect(reached.slice(0, 3)).toEqual(["Skip to the content", "Theme: system", "Copy the command"]);
  for (const name of ["by kind", "2 workspace: show in the table", "Name", "service-0", "service-1"])
    expect(reached).toContain(name);
  await page.keyboard.press("/");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("changes-search");
});

test("10,000 rows: as many are made as are seen, and more as they are reached", async () => {
  const page = await open(review({ count: 10_000, exceptions: 500 }));
  const rows = page.locator("#changes tr[data-row]");
  expect(await counted(page)).toBe("10,000 changes");
  expect(await rows.count()).toBe(100);
  await page.fill("#changes-search", "service-99");
  expect(await counted(page)).toBe("111 of 10,000 changes");
  await page.fill("#changes-search", "");
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await page.getByRole("button", { name: "Name", exact: true }).click();
  expect((await names(page))[0]).toBe("service-9999");
  // Scrolling to the button already adds rows above it: the click must not depend on where it then is.
  await page.locator("#changes-more").dispatchEvent("click");
  expect(await rows.count()).toBeGreaterThanOrEqual(600);
  expect(await page.locator("#changes").getAttribute("aria-rowcount")).toBe("10001");
  const before = await rows.count();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction((many) => document.querySelectorAll("#changes tr[data-row]").length > many, before);
});

test("on paper there are all rows, all exceptions with their attributes, and no controls", async () => {
  const page = await open(review({ count: 300, exceptions: 20 }));
  const pages = (pdf: Buffer): number => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pages(pdf)).toBeGreaterThan(6);
  expect(await page.locator("#changes tr[data-row]").count()).toBe(100);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await page.locator("#changes tr[data-row]").count()).toBe(300);
  expect(await page.locator("#changes .detail").count()).toBe(15);
  expect(await page.locator("#found-0 li").count()).toBe(15);
  expect(await page.locator("details:not([open])").count()).toBe(0);
  for (const control of ["#theme", "#changes-search", "[data-flow]", "[data-copy]"]) {
    expect(await page.locator(control).first().isVisible()).toBe(false);
  }
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await page.locator("#changes .detail").count()).toBe(0);
  await page.emulateMedia({ media: "screen" });
});

test("on paper, too many rows are summed up, and that is stated", async () => {
  const page = await open(review({ count: 2500, exceptions: 100 }));
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await page.locator("#changes tr[data-row]").count()).toBe(25);
  expect(await page.locator("#changes-printed").textContent()).toBe(
    "Printed are 25 rows with findings of 2,500 rows; the page itself has all of them.",
  );
  expect(await page.locator(".numbers caption").allTextContents()).toEqual(["By kind", "By project", "By wave"]);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await counted(page)).toBe("2,500 changes");
  expect(await page.locator("#changes tr[data-row]").count()).toBe(100);
});

test("no name breaks the page, none is run, and each is shown as it is", async () => {
  const changes = hostileTexts.map((text, index) =>
    change(index, {
      name: text,
      project: text,
      wave: text,
      from: { name: text, connectionId: "oc-1", tokenId: null },
      attributes: [{ path: text, before: text, after: `${text}2`, expected: false }],
      findings: ["token-only"],
    }),
  );
  const page = await open({ ...review({ count: 0, changes }), organization: hostileTexts[0] ?? "" });
  expect(await page.title()).not.toBe("broken");
  expect(await names(page)).toEqual(hostileTexts.map(printable));
  for (const text of hostileTexts) {
    await page.getByRole("combobox", { name: "Wave", exact: true }).selectOption({ value: `=${printable(text)}` });
    expect(await names(page)).toEqual([printable(text)]);
    await page.locator("#changes .fold").click();
    expect(await page.locator("#changes .detail tbody td").first().textContent()).toBe(printable(text));
    await page.locator("#changes .fold").click();
  }
  expect(await page.locator("img").count()).toBe(0);
});

test("on a narrow screen nothing but the wide parts scrolls sideways", async () => {
  const page = await open(review({ count: 20, exceptions: 5 }));
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
