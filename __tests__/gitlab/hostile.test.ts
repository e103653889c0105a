import type { GitlabAnswer } from "../../lib/gitlab/answer";
import type { GitlabApi } from "../../lib/gitlab/api";
import { gitlab, type Reply, TOKEN } from "./support";

// biome-ignore lint/suspicious/noExplicitAny: hostile answers have any shape.
type Item = any;
const OBJECTS = 10;
const PAGE = 4;

interface Page {
  readonly items: Item[];
  readonly headers: Record<string, string>;
}
type Hostility = (page: Page, number: number, reading: number) => Reply | undefined;

/** Both lists that are read of GitLab, and one object of each. */
const lists: Readonly<
  Record<
    string,
    { readonly ask: (api: GitlabApi) => Promise<GitlabAnswer<unknown>>; readonly item: (id: number) => Item }
  >
> = {
  webhooks: { ask: (api) => api.hooks("group/app"), item: (id) => ({ id, url: `https://tfe.example.com/${id}` }) },
  projects: { ask: (api) => api.maintained(), item: (id) => ({ id, path_with_namespace: `group/app-${id}` }) },
};

async function read(list: string, hostility: Hostility | undefined) {
  const { ask, item } = lists[list] ?? { ask: () => Promise.reject(new Error("there is one")), item: () => undefined };
  let reading = 0;
  const server = await gitlab(
    (path) => {
      const number = Number(new URL(path, "http://x/").searchParams.get("page"));
      if (number === 1) reading += 1;
      const items = Array.from({ length: OBJECTS }, (_, index) => item(index + 1)).slice(
        (number - 1) * PAGE,
        number * PAGE,
      );
      const pages = Math.ceil(OBJECTS / PAGE);
      const headers = {
        "content-type": "application/json",
        "x-page": String(number),
        "x-next-page": number < pages ? String(number + 1) : "",
        "x-total": String(OBJECTS),
        "x-total-pages": String(pages),
      };
      const page = { items, headers };
      return hostility?.(page, number, reading) ?? { body: page.items, headers: page.headers };
    },
    { random: () => 0, transport: { env: {}, limit: 2 ** 20 } },
  );
  try {
    return { answer: await ask(server.api), requests: server.asked.length };
  } finally {
    await server.close();
  }
}
const raw =
  (text: string, headers: Record<string, string> = {}): Hostility =>
  (page) => ({
    body: text,
    headers: { ...page.headers, ...headers },
  });
/** Changes the page in its place. */
const change =
  (work: (page: Page, number: number, reading: number) => unknown): Hostility =>
  (...all) => {
    work(...all);
    return undefined;
  };
const first = (work: (item: Item) => unknown) => change(({ items }) => items[0] !== undefined && work(items[0]));

const table: Readonly<Record<string, readonly [Hostility, "same" | RegExp]>> = {
  "names next pages without end": [
    change(({ items, headers }, number) => {
      headers["x-next-page"] = String(number + 1);
      delete headers["x-total"];
      for (const [index, item] of items.entries()) item.id = number * 100 + index;
      if (items.length === 0) items.push({ id: number * 100, url: "x", path_with_namespace: "x" });
    }),
    /more than 50 pages/,
  ],
  "goes back a page": [
    change(({ headers }, number) => (headers["x-next-page"] = String(number - 1))),
    /names "0" as the next/,
  ],
  "calls a page another": [
    change(({ headers }, number) => (headers["x-page"] = String(number + 1))),
    /changed during each of 3 readings/,
  ],
  "names no number as the next page": [
    change(({ headers }) => (headers["x-next-page"] = "../admin")),
    /names "\.\.\/admin" as the next/,
  ],
  "stays on a page": [change(({ headers }, number) => (headers["x-next-page"] = String(number))), /as the next/],
  "does not count": [
    change(({ headers }) => {
      delete headers["x-total"];
      delete headers["x-total-pages"];
    }),
    "same",
  ],
  "counts anew on each page": [
    change(({ headers }, number) => (headers["x-total"] = String(OBJECTS + number))),
    /changed during each of 3 readings/,
  ],
  "counts otherwise once": [
    change(({ headers }, number, reading) => {
      if (number === 2 && reading === 1) headers["x-total"] = "11";
    }),
    "same",
  ],
  "has an object twice on a page": [change(({ items }) => items.push(items[0])), /changed during each of 3 readings/],
  "has an object on two pages": [
    change(({ items }, number) => {
      if (number === 2) items[0].id = 1;
    }),
    /changed during each of 3 readings/,
  ],
  "has a shorter page than it counts": [
    change(({ items }, number) => number === 2 && items.pop()),
    /changed during each of 3 readings/,
  ],
  "has an empty page in the middle": [change(({ items }, number) => number === 2 && items.splice(0)), /as the next/],
  "has a text for an id": [first((item) => (item.id = "../../admin")), /differs from GitLab's documentation/],
  "has an id beyond numbers": [
    (page) => ({ body: JSON.stringify(page.items).replace('"id":1,', '"id":1e400,'), headers: page.headers }),
    /differs from GitLab's documentation|changed/,
  ],
  "has a number for a text": [
    first((item) => Object.assign(item, { url: 1, path_with_namespace: 1 })),
    /differs from GitLab's documentation/,
  ],
  "has a list for an object": [change(({ items }) => items.splice(0, 1, [])), /differs from GitLab's documentation/],
  "answers an object": [raw('{"message":"200 OK"}'), /differs from GitLab's documentation/],
  "answers nothing": [raw(""), /an empty body/],
  "answers a web page": [raw("<html></html>", { "content-type": "text/html" }), /HTML/],
  "begins with a byte order mark": [
    (page) => ({ body: `\ufeff${JSON.stringify(page.items)}`, headers: page.headers }),
    "same",
  ],
  "nests 100,000 brackets": [raw(`[${"[".repeat(1e5)}${"]".repeat(1e5)}]`), /nested more than 256/],
  "has a key twice": [raw('[{"id":1,"id":2,"url":"x","path_with_namespace":"x"}]'), /same key twice/],
  "has a prototype": [raw('[{"id":1,"__proto__":{"polluted":true}}]'), /__proto__/],
  "sends too much": [raw(JSON.stringify(" ".repeat(2 ** 21))), /larger than 1 MiB/],
  "sends a gzip bomb": [() => ({ body: JSON.stringify(" ".repeat(2 ** 21)), gzip: true }), /larger than 1 MiB/],
  "redirects to another host": [() => ({ status: 302, headers: { location: "http://evil.example/" } }), /redirect/],
  "redirects in a circle": [() => ({ status: 302, headers: { location: "" } }), /redirect/],
  "drops every connection": [() => ({ drop: true }), /the connection failed/],
  "is always busy": [() => ({ status: 429, headers: { "retry-after": "60" } }), /rate-limit/],
};

it.each(Object.keys(table).flatMap((name) => Object.keys(lists).map((list) => [name, list] as const)))(
  "a GitLab that %s, in the list of %s, gives no part for the whole",
  async (name, list) => {
    const honest = await read(list, undefined);
    expect(honest.answer.type).toBe("parsed");
    const [hostility, expected] = table[name] ?? [];
    const { answer, requests } = await read(list, hostility);
    if (expected === "same") expect(answer).toEqual(honest.answer);
    else {
      expect(answer.type).not.toBe("parsed");
      expect(JSON.stringify(answer)).toMatch(new RegExp(expected?.source.replaceAll('"', '\\\\"') ?? ""));
    }
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
    expect(requests).toBeLessThan(60);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  },
);
