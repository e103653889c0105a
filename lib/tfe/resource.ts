import { z } from "zod";

/**
 * An id of the server's. Ids become parts of paths, so that none may hold what leads elsewhere (`../../admin`): what is not made of
 * letters, digits and `._:-` is refused as an answer that is none. An organization's id is its name, which may begin with any of
 * `A-Za-z0-9_-` (go-tfe, `validStringID`).
 */
const Id = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._:-]{0,254}$/, "this is not an id");
const Identifier = z.object({ id: Id, type: z.string() });

/** One JSON:API resource, with whatever attributes the server gives it. */
export const Resource = z.object({
  id: Id,
  type: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  relationships: z
    .record(z.string(), z.object({ data: z.union([Identifier, z.array(Identifier)]).nullish() }).loose())
    .default({}),
});
export type Resource = z.infer<typeof Resource>;

/** What a list holds. */
export interface Listed {
  readonly data: readonly Resource[];
  readonly included: readonly Resource[];
}

/** The id that a to-one relationship holds; null when it holds none. */
export function related(resource: Resource, name: string): string | null {
  const data = resource.relationships[name]?.data;
  return data === undefined || data === null || Array.isArray(data) ? null : data.id;
}

/** The ids that a to-many relationship holds, in order. */
export function relatedAll(resource: Resource, name: string): readonly string[] {
  const data = resource.relationships[name]?.data;
  return Array.isArray(data) ? data.map(({ id }) => id).sort() : [];
}
