import type { Received, Reply } from "../http/serve";
import { reply } from "./call";
import { badParameter } from "./errors";

/** Above so many, GitLab counts no more: no `X-Total`, no `X-Total-Pages`, no last page ("Offset-based pagination"). */
const MOST_COUNTED = 10_000;
/** No page begins behind so many ("Offset-based pagination", "max offset"). */
const MOST_SKIPPED = 50_000;

/**
 * One page of a list: `page`, `per_page` (20, at most 100), and headers that say where the others are. Clients read either the
 * numbers or the addresses in `Link`.
 */
export function paged(request: Received, items: readonly unknown[]): Reply {
  const size = sizeOf(request);
  const number = positive(request.query.get("page"), 1);
  if (number * size > MOST_SKIPPED) {
    return badParameter(
      405,
      `Offset pagination has a maximum allowed offset of ${MOST_SKIPPED} for requests that return objects of this type. Remaining records can be retrieved using keyset pagination.`,
    );
  }
  const counted = items.length <= MOST_COUNTED;
  const pages = Math.max(1, Math.ceil(items.length / size));
  const next = number < pages ? number + 1 : undefined;
  const previous = number > 1 ? number - 1 : undefined;
  const links = { prev: previous, next, first: 1, last: counted ? pages : undefined };
  return reply(200, items.slice((number - 1) * size, number * size), {
    Link: Object.entries(links)
      .flatMap(([name, page]) =>
        page === undefined ? [] : `<${addressOf(request, { page, per_page: size })}>; rel="${name}"`,
      )
      .join(", "),
    "X-Page": String(number),
    "X-Per-Page": String(size),
    ...(counted ? { "X-Total": String(items.length), "X-Total-Pages": String(pages) } : {}),
    "X-Next-Page": String(next ?? ""),
    "X-Prev-Page": String(previous ?? ""),
  });
}

/**
 * The same by `pagination=keyset` ("Keyset-based pagination"): ordered by id, with the next page's address in `Link` and no number at
 * all. The cursor is the last id of a page.
 */
export function keyset(
  request: Received,
  items: readonly { readonly id: number }[],
  show: (id: number) => unknown,
): Reply {
  const { query } = request;
  if ((query.get("order_by") ?? "id") !== "id")
    return badParameter(405, "Keyset pagination is not yet available for this type of request");
  const down = query.get("sort") !== "asc";
  const after = Number(query.get("id_after") ?? 0);
  const before = Number(query.get("id_before") ?? Number.POSITIVE_INFINITY);
  const ordered = items
    .filter(({ id }) => id > after && id < before)
    .sort((a, b) => (down ? b.id - a.id : a.id - b.id));
  const size = sizeOf(request);
  const shown = ordered.slice(0, size);
  const last = shown.at(-1);
  const more = last !== undefined && ordered.length > size;
  const cursor = { [down ? "id_before" : "id_after"]: last?.id ?? 0, per_page: size };
  return reply(
    200,
    shown.map(({ id }) => show(id)),
    more ? { Link: `<${addressOf(request, cursor)}>; rel="next"` } : {},
  );
}

const sizeOf = ({ query }: Received) => Math.min(100, positive(query.get("per_page"), 20));

function positive(value: string | null, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

function addressOf({ headers, path, query: given }: Received, changes: Readonly<Record<string, number>>): string {
  const query = new URLSearchParams(given);
  // A secret in an answer would be one more place to lose it.
  query.delete("private_token");
  for (const [name, value] of Object.entries(changes)) query.set(name, String(value));
  return `http://${headers.host}${path}?${query}`;
}
