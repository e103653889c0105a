import { z } from "zod";
import { ExternalError } from "../errors";
import { shown } from "../util/secret";
import { CONNECTIONS, type Query, type TfeClient } from "./client";
import { type Listed, Resource } from "./resource";

const whole = z.number().int().nonnegative();
const Page = z.object({
  data: z.array(Resource),
  included: z.array(Resource).default([]),
  meta: z
    .object({
      pagination: z.object({ "current-page": whole, "total-pages": whole, "total-count": whole }).partial().nullish(),
    })
    .partial()
    .default({}),
});
type Page = z.infer<typeof Page>;
const One = z.object({ data: Resource });

/** TFE's largest page. */
const PAGE_SIZE = 100;
/** How often a list is read that changes meanwhile. */
const READINGS = 3;
/** More than that, a million objects, is no list of TFE's. */
const MOST_PAGES = 10_000;
/** TFE counts what may be long: a list that does not say its length is a short one. */
const MOST_UNCOUNTED = 100;

/**
 * Reads one resource; undefined when it is not there, or the token may not see it.
 *
 * @throws ExternalError also when a path of a type and an id, such as `workspaces/ws-1`, is answered with another's
 */
export async function readIfThere(client: TfeClient, path: string, query: Query = {}): Promise<Resource | undefined> {
  const answer = await client.send("GET", path, { query });
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) throw client.failure("GET", path, answer);
  const { data } = understand(One, answer.body, path);
  const asked = /^(?!organizations\/)[^/]+\/([^/]+)$/.exec(path)?.[1];
  if (asked === undefined || data.id === asked) return data;
  throw new ExternalError(`the answer to GET /${path} has the id ${shown(data.id)}`, { fix: NO_TFE });
}

const NO_TFE = "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers";

/** The first page of a list, at most 100 of it; undefined when the server answers 404. */
export async function readFirstPage(client: TfeClient, path: string, query: Query = {}): Promise<Listed | undefined> {
  const answer = await client.send("GET", path, { query: { ...query, "page[size]": PAGE_SIZE } });
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) throw client.failure("GET", path, answer);
  return understand(Page, answer.body, path);
}

/**
 * Reads a whole list, in pages of 100: the first tells how many there are, the others are asked for ten at a time (the
 * client paces them). A list that changed while it was read, or is not whole, is read again.
 *
 * @returns undefined when the server answers 404: the organization is not entitled to the kind, or the token may not see it.
 * @throws ExternalError when the server refuses, or the list is never read whole: what is missing from it would count as gone.
 */
export async function readList(
  client: TfeClient,
  path: string,
  query: Query = {},
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Listed | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const listed = await readPages(client, path, query, onProgress);
    if (listed === undefined || listed.unsteady === undefined) return listed;
    if (attempt === READINGS) {
      throw new ExternalError(`the list /${path} changed during each of ${READINGS} readings`, {
        fix: `in the last reading, ${listed.unsteady}; run the command again when fewer objects are created and deleted in the organization`,
      });
    }
  }
}

/** A list, and what shows that it is not whole, or changed meanwhile. */
type Reading = Listed & { readonly unsteady: string | undefined };

async function readPages(
  client: TfeClient,
  path: string,
  query: Query,
  onProgress: (done: number, total: number) => void,
): Promise<Reading | undefined> {
  const read = async (number: number) => {
    const paging = { "page[number]": number, "page[size]": PAGE_SIZE };
    const answer = await client.send("GET", path, { query: { ...query, ...paging } });
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw client.failure("GET", path, answer);
    return understand(Page, answer.body, path);
  };
  const first = await read(1);
  if (first === undefined) return undefined;
  const pages = first.meta.pagination?.["total-pages"];
  const total = first.meta.pagination?.["total-count"];
  if (pages === undefined || total === undefined) return readUncounted(first, read, path, onProgress);
  if (pages > MOST_PAGES || pages > Math.max(1, total)) {
    throw new ExternalError(`the list /${path} claims ${total} objects on ${pages} pages, which is impossible`, {
      fix: NO_TFE,
    });
  }
  const seen = new Set(first.data.map(({ id }) => id));
  let done = first.data.length;
  onProgress(done, total);
  const rest: (Page | undefined)[] = [];
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
        // More would not make it whole.
        if (page === undefined || page.data.length === 0 || page.data.some(({ id }) => seen.has(id))) next = pages + 1;
        for (const { id } of page?.data ?? []) seen.add(id);
      } catch (error) {
        next = pages + 1;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, readOn));
  return together([first, ...Array.from({ length: pages - 1 }, (_, index) => rest[index])], total);
}

/**
 * Reads a list that does not say how long it is: on, until a page is empty. A server that has no pages gives the first one again.
 */
async function readUncounted(
  first: Page,
  read: (number: number) => Promise<Page | undefined>,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<Reading> {
  const pages: Page[] = [first];
  const seen = new Set(first.data.map(({ id }) => id));
  for (let number = 2; (pages.at(-1)?.data.length ?? 0) > 0; number += 1) {
    onProgress(seen.size, seen.size);
    const page = await read(number);
    if (page === undefined || (number === 2 && sameIds(page, first))) break;
    pages.push(page);
    if (page.data.some(({ id }) => seen.has(id))) break;
    for (const { id } of page.data) seen.add(id);
    if (number >= MOST_UNCOUNTED) {
      throw new ExternalError(`the list /${path} has no end: ${seen.size} objects on ${number} pages so far`, {
        fix: NO_TFE,
      });
    }
  }
  return together(pages, undefined);
}

const sameIds = (a: Page, b: Page): boolean => a.data.map(({ id }) => id).join() === b.data.map(({ id }) => id).join();

/** @param total what the first page counted; undefined when it did not */
function together(pages: readonly (Page | undefined)[], total: number | undefined): Reading {
  const data = new Map<string, Resource>();
  const included = new Map<string, Resource>();
  const doubts: string[] = [];
  let rows = 0;
  for (const [index, page] of pages.entries()) {
    const number = page?.meta.pagination?.["current-page"] ?? index + 1;
    if (number !== index + 1) doubts.push(`page ${index + 1} called itself page ${number}`);
    const said = page?.meta.pagination?.["total-count"] ?? total;
    if (said !== total) doubts.push(`page ${index + 1} counted ${said} objects, and page 1 ${total ?? "none"}`);
    for (const resource of page?.data ?? []) {
      if (data.has(resource.id)) doubts.push(`${resource.id} appeared twice`);
      data.set(resource.id, resource);
      rows += 1;
    }
    for (const resource of page?.included ?? []) included.set(`${resource.type} ${resource.id}`, resource);
  }
  const missing = pages.indexOf(undefined);
  if (missing !== -1) doubts.push(`page ${missing + 1} was missing`);
  if (total !== undefined && rows !== total)
    doubts.push(`the list had ${rows} objects, but the server counted ${total}`);
  return { data: [...data.values()], included: [...included.values()], unsteady: doubts[0] };
}

function understand<T>(schema: z.ZodType<T>, body: unknown, path: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ExternalError(
    `the answer to GET /${path} differs from TFE's documentation: ${issue?.path.join(".")}: ${issue?.message}`,
    { fix: NO_TFE },
  );
}
