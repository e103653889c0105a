import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";

const root = join(__dirname, "..");
const files = ["lib", "sandbox", "bench", "docs", "examples", "organizations", "__tests__"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)),
  )
  .concat(readdirSync(root).map((name) => join(root, name)))
  .filter((file) => [".md", ".ts", ".yaml"].includes(extname(file)));
const read = (file: string) => readFileSync(file, "utf8");
const shown = (file: string) => relative(root, file);
const pages = files.filter((file) => file.endsWith(".md"));

/** Prose alone: what a block of code or a span of it says is no link. */
const prose = (text: string) => text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** The anchors of a page's headings, by GitLab's and GitHub's rule, and those that it names itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page);
  const headings = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.*)$/gm)].map(([, title = ""]) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
  // The second of a title gets `-1`, the third `-2`.
  const numbered = headings.map((title, index) => {
    const before = headings.slice(0, index).filter((other) => other === title).length;
    return before === 0 ? title : `${title}-${before}`;
  });
  return new Set([...numbered, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id)]);
}

it("links to pages and headings that exist", () => {
  const links = pages.flatMap((page) =>
    [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => ({ page, link })),
  );
  expect(links.length).toBeGreaterThan(100);
  const broken = links.filter(({ page, link }) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : resolve(dirname(page), path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
  expect(broken.map(({ page, link }) => `${shown(page)}: ${link}`)).toEqual([]);
});

it("names no page, in messages and comments, that does not exist", () => {
  const mentions = files.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w/-])docs\/[\w./-]*\.(?:md|json)/g)].map(([path]) => ({ file, path })),
  );
  expect(mentions.length).toBeGreaterThan(20);
  const missing = mentions.filter(({ path }) => !existsSync(join(root, path)));
  expect(missing.map(({ file, path }) => `${shown(file)}: ${path}`)).toEqual([]);
});

it("is linked from somewhere, every page of it", () => {
  const linked = new Set(
    pages.flatMap((page) =>
      [...prose(read(page)).matchAll(/\]\(([^)\s#]+)/g)].map(([, link = ""]) => resolve(dirname(page), link)),
    ),
  );
  const lost = pages.filter(
    (page) => /^docs\/(?!decisions\/)/.test(shown(page)) && !linked.has(page) && !linked.has(dirname(page)),
  );
  expect(lost.map(shown)).toEqual([]);
});
