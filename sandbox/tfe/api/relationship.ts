import { documentOf } from "./body";
import { ApiError } from "./errors";
import { property, text } from "./json";
import type { Call } from "./route";

/** A relationship to one record, or to none. */
export const one = (type: string, id: string | null) => ({ data: id === null ? null : { id, type } });

/** A relationship to many records. */
export const many = (type: string, ids: readonly string[]) => ({ data: ids.map((id) => ({ id, type })) });

/** A relationship that is only linked to. */
export const related = (path: string) => ({ links: { related: `/api/v2${path}` } });

/** The id that a to-one relationship of a request names; null for none. */
export function idIn(value: unknown): string | null {
  return text(property(property(value, "data"), "id")) ?? null;
}

/** The ids that a to-many relationship of a request names. */
export function idsIn(value: unknown): readonly string[] {
  const list = property(value, "data");
  return Array.isArray(list) ? list.flatMap((item) => text(property(item, "id")) ?? []) : [];
}

/**
 * The ids that a request to a `relationships` route lists, all of which must be there.
 *
 * @throws ApiError with `status` when one is not: the documented answer differs from route to route.
 */
export function idsOf(call: Call, exists: (id: string) => boolean, status: 403 | 422 = 422): readonly string[] {
  const { data } = documentOf(call);
  if (!Array.isArray(data)) {
    throw new ApiError(422, [{ title: "invalid data", detail: "The data must be a list", pointer: "/data" }]);
  }
  return requireIds(idsIn({ data }), exists, "/data", status);
}

/** As {@link idsOf}, for ids at hand. */
export function requireIds(
  ids: readonly string[],
  exists: (id: string) => boolean,
  pointer: string,
  status: 403 | 422 = 422,
): readonly string[] {
  const missing = ids.filter((id) => !exists(id));
  if (missing.length === 0) return ids;
  const title = status === 403 ? "forbidden" : "invalid relation";
  throw new ApiError(
    status,
    missing.map((id) => ({ title, detail: `${id} was not found`, pointer })),
  );
}

/** Adds what is not yet in a list, takes out of it, replaces it: what POST, DELETE and PATCH of a relationship do. */
export const listChanges = {
  POST: (now: readonly string[], ids: readonly string[]) => [...new Set([...now, ...ids])],
  DELETE: (now: readonly string[], ids: readonly string[]) => now.filter((id) => !ids.includes(id)),
  PATCH: (_: readonly string[], ids: readonly string[]) => [...new Set(ids)],
} as const;
