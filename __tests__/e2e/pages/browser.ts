import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** A page of ours in a real Chromium, opened from a file, and what went wrong in it. */
export interface Opened {
  readonly page: Page;
  /** Uncaught errors, messages of the console (a violated policy is one), and requests for anything but the page. */
  readonly trouble: readonly string[];
}

export interface Browser {
  open(html: string): Promise<Opened>;
  close(): Promise<void>;
}

/** Starts Chromium with a profile of its own. @throws Error that tells what to install when there is none. */
export async function startBrowser(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "repoint-pages-"));
  const context = await launch(join(folder, "profile"));
  context.setDefaultTimeout(30_000);
  let count = 0;
  return {
    async open(html) {
      count += 1;
      const file = join(folder, `page-${count}.html`);
      writeFileSync(file, html);
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
      page.on("console", (message) => trouble.push(`console: ${message.text()}`));
      page.on("request", (request) => {
        if (request.url() !== `file://${file}`) trouble.push(`request: ${request.url()}`);
      });
      page.on("dialog", (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(`file://${file}`);
      return { page, trouble };
    },
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    viewport: { width: 1280, height: 900 },
    colorScheme: "light",
  });
}

function executable(): string {
  const given = process.env.CHROMIUM;
  if (given !== undefined && given !== "") {
    if (existsSync(given)) return given;
    throw new Error(`CHROMIUM names ${given}, which is not there: name Chromium's executable`);
  }
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // Not by this name.
    }
  }
  throw new Error(
    "these tests need Chromium: install it (apt-get install chromium) or name its executable in CHROMIUM",
  );
}

/** How a function of `dist` is called that makes a page of a model. The pages are tested as they are built. */
export function built<Model>(file: string, name: string): (model: Model) => string {
  const path = join(__dirname, "../../../dist/lib/report", file);
  if (!existsSync(path)) throw new Error("there is no build: run `npm run build` first");
  const loaded: Readonly<Record<string, unknown>> = require(path);
  const render = loaded[name];
  if (typeof render !== "function") throw new Error(`${file} exports no ${name}`);
  return (model) => String(render(model));
}

/** Ids that occur twice, controls without a name, table headers without a scope. */
export function accessibilityTrouble(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id twice: ${id}`);
    for (const control of document.querySelectorAll("button, input, select, [role=button]")) {
      const labels =
        control instanceof HTMLInputElement || control instanceof HTMLSelectElement ? control.labels : null;
      const name = [
        control.getAttribute("aria-label"),
        control.textContent,
        ...[...(labels ?? [])].map((one) => one.textContent),
      ];
      if (name.every((text) => (text ?? "").trim() === "")) found.push(`no name: ${control.outerHTML.slice(0, 100)}`);
    }
    for (const header of document.querySelectorAll("th:not([scope])")) found.push(`no scope: ${header.textContent}`);
    for (const reference of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
      for (const name of ["aria-labelledby", "aria-describedby"]) {
        const id = reference.getAttribute(name);
        if (id !== null && document.getElementById(id) === null) found.push(`${name} of nothing: ${id}`);
      }
    }
    const levels = [...document.querySelectorAll("h1, h2, h3")].map(({ tagName }) => Number(tagName.slice(1)));
    if (levels.filter((level) => level === 1).length !== 1) found.push("not one h1");
    return found;
  });
}
