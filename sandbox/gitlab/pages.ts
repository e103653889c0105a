import type { Received, Reply } from "../http/serve";
import { reply } from "./call";

/**
 * One page of a list: `page`, `per_page` (20, at most 100), and headers that say where the others are. Clients read either the
 * numbers or the addresses in `Link`.
 */
export function paged(request: Received, items: readonly unknown[]): Reply {
  const size = Math.min(100, positive(request.query.get("per_page"), 20));
  const number = positive(request.query.get("page"), 1);
  const pages = Math.max(1, Math.ceil(items.length / size));
  const next = number < pages ? number + 1 : undefined;
  const previous = number > 1 ? number - 1 : undefined;
  const links = { prev: previous, next, first: 1, last: pages };
  return reply(200, items.slice((number - 1) * size, number * size), {
    Link: Object.entries(links)
      .flatMap(([name, page]) => (page === undefined ? [] : `<${addressOf(request, page, size)}>; rel="${name}"`))
      .join(", "),
    "X-Page": String(number),
    "X-Per-Page": String(size),
    "X-Total": String(items.length),
    "X-Total-Pages": String(pages),
    "X-Next-Page": String(next ?? ""),
    "X-Prev-Page": String(previous ?? ""),
  });
}

function positive(value: string | null, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

function addressOf({ headers, path, query: given }: Received, page: number, size: number): string {
  const query = new URLSearchParams(given);
  // A secret in an answer would be one more place to lose it.
  query.delete("private_token");
  query.set("page", String(page));
  query.set("per_page", String(size));
  return `http://${headers.host}${path}?${query}`;
}
