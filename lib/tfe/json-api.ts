import { z } from "zod";
import { ExternalError } from "../errors";
import { CONNECTIONS, type Query, type TfeClient } from "./client";

const Identifier = z.object({ id: z.string(), type: z.string() });

/** One JSON:API resource, with whatever attributes the server gives it. */
export const Resource = z.object({
  id: z.string(),
  type: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  relationships: z
    .record(z.string(), z.object({ data: z.union([Identifier, z.array(Identifier)]).nullish() }).loose())
    .default({}),
});
export type Resource = z.infer<typeof Resource>;

const Page = z.object({
  data: z.array(Resource),
  included: z.array(Resource).default([]),
  meta: z
    .object({ pagination: z.object({ "total-pages": z.number(), "total-count": z.number() }).partial().nullish() })
    .partial()
    .default({}),
});
const One = z.object({ data: Resource });

/** What a list holds. */
export interface Listed {
  readonly data: readonly Resource[];
  readonly included: readonly Resource[];
}

/** TFE's largest page. */
const PAGE_SIZE = 100;
/** How often a list is read that changes meanwhile. */
const READINGS = 3;

/** Reads one resource; undefined when it is not there, or the token may not see it. */
export async function readIfThere(client: TfeClient, path: string, query: Query = {}): Promise<Resource | undefined> {
  const answer = await client.send("GET", path, { query });
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) throw client.failure("GET", path, answer);
  return understand(One, answer.body, path).data;
}

/**
 * Reads a whole list, in pages of 100: the first tells how many there are, the others are asked for ten at a time (the
 * client paces them). A list that changed while it was read is read again.
 *
 * @returns undefined when the server answers 404: the organization is not entitled to the kind, or the token may not see it.
 * @throws ExternalError when the server refuses, or the list changes each time that it is read.
 */
export async function readList(
  client: TfeClient,
  path: string,
  query: Query = {},
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Listed | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const listed = await readPages(client, path, query, onProgress);
    if (listed === undefined || listed.whole) return listed;
    if (attempt === READINGS) {
      // A part would do harm: what is missing from it would count as gone.
      throw new ExternalError(`the list /${path} changed each of ${READINGS} times that it was read`, {
        fix: "run the command again when less is created and deleted in the organization",
      });
    }
  }
}

async function readPages(
  client: TfeClient,
  path: string,
  query: Query,
  onProgress: (done: number, total: number) => void,
): Promise<(Listed & { readonly whole: boolean }) | undefined> {
  const read = async (number: number) => {
    const paging = { "page[number]": number, "page[size]": PAGE_SIZE };
    const answer = await client.send("GET", path, { query: { ...query, ...paging } });
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw client.failure("GET", path, answer);
    return understand(Page, answer.body, path);
  };
  const first = await read(1);
  if (first === undefined) return undefined;
  const pages = first.meta.pagination?.["total-pages"] ?? 1;
  const total = first.meta.pagination?.["total-count"] ?? first.data.length;
  let done = first.data.length;
  onProgress(done, total);
  const rest: (z.infer<typeof Page> | undefined)[] = [];
  let next = 2;
  // As many as there are connections; when one fails, the others ask for no more.
  const readOn = async () => {
    while (next <= pages) {
      const number = next;
      next += 1;
      try {
        const page = await read(number);
        rest[number - 2] = page;
        done += page?.data.length ?? 0;
        onProgress(done, total);
      } catch (error) {
        next = pages + 1;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, readOn));
  const data = new Map<string, Resource>();
  const included = new Map<string, Resource>();
  let steady = true;
  for (const page of [first, ...rest]) {
    if (page === undefined || (page.meta.pagination?.["total-count"] ?? total) !== total) steady = false;
    for (const resource of page?.data ?? []) data.set(resource.id, resource);
    for (const resource of page?.included ?? []) included.set(`${resource.type} ${resource.id}`, resource);
  }
  return { data: [...data.values()], included: [...included.values()], whole: steady && data.size >= total };
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

function understand<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExternalError(
    `the answer to GET /${path} is not what TFE documents: ${issue?.path.join(".")}: ${issue?.message}`,
    {
      fix: "check that the host is Terraform Enterprise or HCP Terraform, and that no proxy changes its answers",
    },
  );
}
