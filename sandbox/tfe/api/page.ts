import type { Reply } from "../../http/serve";
import { type Call, JSON_API } from "./route";

const DEFAULT_SIZE = 20;
const MAXIMAL_SIZE = 100;

/**
 * A page of a list (20 records unless asked otherwise, at most 100). Records are rendered after the page was cut out, so that
 * lists of 10,000 stay quick.
 *
 * @param include what is sent along with the page's records.
 */
export function page<T>(
  call: Call,
  items: readonly T[],
  render: (item: T) => unknown,
  include: (items: readonly T[]) => readonly unknown[] = () => [],
): Reply {
  const size = Math.min(MAXIMAL_SIZE, positive(call.query.get("page[size]"), DEFAULT_SIZE));
  return cut(call, items, size, render, include);
}

/** As {@link page}, but everything at once unless the request names a page (so for connections and their tokens). */
export function pageOrAll<T>(
  call: Call,
  items: readonly T[],
  render: (item: T) => unknown,
  include: (items: readonly T[]) => readonly unknown[] = () => [],
): Reply {
  if (call.query.has("page[number]") || call.query.has("page[size]")) return page(call, items, render, include);
  return cut(call, items, Math.max(1, items.length), render, include);
}

function cut<T>(
  call: Call,
  items: readonly T[],
  size: number,
  render: (item: T) => unknown,
  include: (items: readonly T[]) => readonly unknown[],
): Reply {
  const total = Math.max(1, Math.ceil(items.length / size));
  const number = positive(call.query.get("page[number]"), 1);
  const shown = items.slice((number - 1) * size, number * size);
  const included = include(shown);
  const link = (to: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page[number]", String(to));
    query.set("page[size]", String(size));
    return `${call.origin}${call.request.path}?${query}`;
  };
  const previous = number > 1 ? number - 1 : null;
  const next = number < total ? number + 1 : null;
  return {
    status: 200,
    contentType: JSON_API,
    body: {
      data: shown.map(render),
      ...(included.length === 0 ? {} : { included }),
      links: {
        self: link(number),
        first: link(1),
        prev: previous === null ? null : link(previous),
        next: next === null ? null : link(next),
        last: link(total),
      },
      meta: {
        pagination: {
          "current-page": number,
          "page-size": size,
          "prev-page": previous,
          "next-page": next,
          "total-pages": total,
          "total-count": items.length,
        },
      },
    },
  };
}

function positive(value: string | null, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}
