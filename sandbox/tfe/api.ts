import type { Received, Reply } from "../http/serve";
import type { TfeState } from "./state";

export const JSON_API = "application/vnd.api+json";

/** An error in JSON:API's form. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail?: string,
    readonly pointer?: string,
  ) {
    super(title);
  }
}

export const notFound = () => new ApiError(404, "not found", "Resource not found");
export const unprocessable = (detail: string, pointer: string) =>
  new ApiError(422, "invalid attribute", detail, pointer);

/** One request on its way through a route. */
export interface Call {
  readonly state: TfeState;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly request: Received;
  /** The address that clients use, for links. */
  readonly origin: string;
}

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT";
  /** Such as `/api/v2/workspaces/:id`. */
  readonly path: string;
  readonly handle: (call: Call) => Reply;
}

export const ok = (body: unknown, status = 200): Reply => ({ status, body, contentType: JSON_API });
export const empty = (status = 204): Reply => ({ status });

/** The `data` of a JSON:API request. @throws ApiError 400 when the body is not JSON, 422 when it holds no data */
export function dataOf({ request }: Call): {
  attributes: Record<string, unknown>;
  relationships: Record<string, unknown>;
  data: unknown;
} {
  let body: unknown;
  try {
    body = request.body === "" ? {} : JSON.parse(request.body);
  } catch {
    throw new ApiError(400, "bad request", "The request body is not JSON");
  }
  const data = property(body, "data");
  if (data === undefined) throw new ApiError(422, "missing data", "The request body has no data", "/data");
  return {
    attributes: object(property(data, "attributes")),
    relationships: object(property(data, "relationships")),
    data,
  };
}

export function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

export function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The ids of a to-many relationship's data, or of a whole body that is a list of identifiers. */
export function idsIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : property(value, "data");
  return Array.isArray(list) ? list.map((item) => String(property(item, "id"))) : [];
}

export function idIn(value: unknown): string | null {
  const id = property(property(value, "data"), "id");
  return typeof id === "string" ? id : null;
}

export const one = (type: string, id: string | null) => ({ data: id === null ? null : { id, type } });
export const many = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ id, type })) });

/** A page of a list (default 20, at most 100 a page), rendered after it was cut out: lists of 10,000 stay quick. */
export function page<T>(
  call: Call,
  items: readonly T[],
  render: (item: T) => unknown,
  included: readonly unknown[] = [],
): Reply {
  const size = Math.min(100, positive(call.query.get("page[size]"), 20));
  const total = Math.max(1, Math.ceil(items.length / size));
  const number = positive(call.query.get("page[number]"), 1);
  const link = (to: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page[number]", String(to));
    query.set("page[size]", String(size));
    return `${call.origin}${call.request.path}?${query}`;
  };
  return ok({
    data: items.slice((number - 1) * size, number * size).map(render),
    ...(included.length === 0 ? {} : { included }),
    links: {
      self: link(number),
      first: link(1),
      prev: number > 1 ? link(number - 1) : null,
      next: number < total ? link(number + 1) : null,
      last: link(total),
    },
    meta: {
      pagination: {
        "current-page": number,
        "page-size": size,
        "prev-page": number > 1 ? number - 1 : null,
        "next-page": number < total ? number + 1 : null,
        "total-pages": total,
        "total-count": items.length,
      },
    },
  });
}

function positive(value: string | null, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

/** The organization that the path names. */
export function organizationOf(call: Call) {
  const organization = call.state.organizations.get(call.params.organization ?? "");
  if (organization === undefined) throw notFound();
  return organization;
}

export function includes(call: Call, ...names: readonly string[]): boolean {
  const wanted = (call.query.get("include") ?? "").split(",");
  return names.some((name) => wanted.includes(name));
}
