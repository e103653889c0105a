import { Resource, related, relatedAll } from "../tfe/resource";
import type { ConsumerPages } from "./handed-consumers";
import type { GuardRequest, Subject } from "./ruling";
import { isObject, member } from "./same-value";
import { ATTRIBUTES, RELATIONSHIPS } from "./sample";
import { withoutSelfHtml } from "./self-html";

/** One request that was sent on, and what came of it. */
export interface Exchange {
  readonly method: string;
  /** As in {@link GuardRequest}. */
  readonly target: string;
  readonly status: number;
  /** The answer's JSON. */
  readonly body: unknown;
  /** When it was sent and when it was answered, in milliseconds of one clock. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** An object as the server showed it in this run. */
export interface Reading {
  readonly resource: Resource;
  /** The object's own and inherited tags; undefined where they were not asked for, null where the server did not show them. */
  readonly tags: readonly unknown[] | null | undefined;
  /** It was so at this time, or later. */
  readonly at: number;
}

interface Kept extends Reading {
  /** As it came, but for `links.self-html`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What is known of an object: its reading, that it is gone, or nothing. */
export type Knowledge = Reading | "gone" | undefined;

const INCLUDE = "effective_tag_bindings";
const TAGS = "effective-tag-bindings";

const single =
  /^(?:(?:workspaces|policy-sets|stacks|oauth-clients)\/[\w-]+|organizations\/[\w-]+\/(?:workspaces\/[\w-]+|registry-modules(?:\/[\w.-]+){4}))$/;
const connections = /^organizations\/[\w-]+\/oauth-clients$/;
const consumers = /^workspaces\/[\w-]+\/relationships\/remote-state-consumers(?:\?[^#]*)?$/;
const withTags = new RegExp(`^workspaces/([\\w-]+)\\?include=${INCLUDE}$`);

/** Some 100 MB; pages beyond that are asked for each time. */
const MOST_CONSUMERS = 1_000_000;

/**
 * What the server showed in this run: readings of objects, from list pages, single answers and answers to writes. In memory alone, so
 * that nothing is older than the run. A reading replaces another when it was begun later; one that was begun before a write was
 * answered never replaces what the write left.
 *
 * Times are milliseconds of one clock, which whoever does the I/O reads.
 */
export class Known {
  private readonly readings = new Map<string, Kept>();
  /** Which id a path showed; null for none. */
  private readonly paths = new Map<string, { readonly id: string | null; readonly at: number }>();
  private readonly names = new Map<string, string>();
  private readonly consumers = new Map<string, Readonly<Record<string, unknown>>>();
  private consumerIds = 0;
  /** What was read before this time is forgotten. */
  private since = Number.NEGATIVE_INFINITY;
  /** What was read of an object before this time is not known to hold any more: it was written. */
  private readonly floors = new Map<string, number>();
  private connectionId: string | undefined;
  private connectionSent = false;

  /** @param organization whose workspaces are known by their names */
  constructor(private readonly organization: string) {}

  /** Whether a connection was sent in this run, whatever came of it. */
  get hasSentConnection(): boolean {
    return this.connectionSent;
  }

  /** The connection that this run made; undefined before that is answered. */
  get madeConnection(): string | undefined {
    return this.connectionId;
  }

  /** The tokens of the connection that this run made. */
  get newTokens(): readonly string[] {
    const made = this.connectionId === undefined ? undefined : this.readings.get(this.connectionId);
    return made === undefined ? [] : relatedAll(made.resource, "oauth-tokens");
  }

  /** What is known of the object with an id that is read at a path. */
  reading({ id, path }: { readonly id: string; readonly path: string }): Knowledge {
    const reading = this.valid(id);
    const there = this.paths.get(path);
    const isAnother = there !== undefined && there.id !== id && (reading === undefined || there.at >= reading.at);
    return isAnother ? "gone" : reading;
  }

  /** An object as the server would answer it; undefined where it is not known. */
  shown(id: string): { readonly data: unknown } | undefined {
    const reading = this.valid(id);
    return reading === undefined ? undefined : { data: reading.raw };
  }

  /**
   * The answer to one of the provider's reads, from memory: a workspace by its id with its tags, one by its name, and the pages of
   * remote state consumers (`resource_tfe_workspace.go`: Read, Importer). Undefined where it has to be asked.
   */
  answerTo({ method, target }: Pick<GuardRequest, "method" | "target">): { readonly body: unknown } | undefined {
    if (method !== "GET") return undefined;
    if (this.consumers.has(target)) return { body: this.consumers.get(target) };
    const byId = withTags.exec(target)?.[1];
    if (byId !== undefined) {
      const reading = this.valid(byId);
      return reading?.tags == null ? undefined : { body: { data: reading.raw, included: reading.tags } };
    }
    const prefix = `organizations/${this.organization}/workspaces/`;
    if (!target.startsWith(prefix)) return undefined;
    const name = target.slice(prefix.length);
    const reading = this.valid(this.names.get(name) ?? "");
    return reading?.resource.attributes.name === name ? { body: { data: reading.raw } } : undefined;
  }

  /** The pages of remote state consumers that were read, by their targets. */
  get consumerPages(): ConsumerPages {
    return this.consumers;
  }

  /** Takes over what the plan read that is applied now. */
  takeConsumers(pages: ConsumerPages): void {
    for (const [target, body] of pages) if (consumers.test(target)) this.learnConsumers(target, body);
  }

  /** Forgets what was read before a time, but not what was written. */
  forget(before: number): void {
    this.since = before;
    this.consumers.clear();
    this.consumerIds = 0;
  }

  /** Tells that a write leaves now: until it is answered, nothing is known of its object. */
  sending({ kind, id }: Subject): void {
    if (kind === "connection" && id === null) this.connectionSent = true;
    if (id !== null && kind !== "connection-project") this.floors.set(id, Number.POSITIVE_INFINITY);
  }

  /** Tells that a write ended without an answer: its object has to be read again. */
  lost({ kind, id }: Subject, at: number): void {
    if (id !== null && kind !== "connection-project") this.floors.set(id, at);
  }

  /**
   * Learns from a page of a list. Only of one that was compared with single answers (`ReadAhead`): what else is listed (policy
   * sets, stacks, a list that the guarded program asks for) teaches nothing, and is read by itself before it is written.
   */
  learnPage({ target, status, body, sentAt }: Exchange): void {
    const asked = queryOf(target);
    if (status === 200 && isWhole(asked)) this.learnList(body, asksTags(asked), sentAt);
  }

  /** Learns from an exchange with the server what it says of one object; from any other, nothing. */
  learn({ method, target, status, body, sentAt, answeredAt }: Exchange): void {
    const [path = ""] = target.split("?", 1);
    const asked = queryOf(target);
    if (method === "GET" && isWhole(asked)) {
      if (status === 200 && consumers.test(target)) this.learnConsumers(target, body);
      else if (single.test(path)) this.learnSingle(path, status, body, asksTags(asked), sentAt);
    } else if (method === "PATCH" && single.test(path)) this.learnWritten(path, status, body, answeredAt);
    else if (method === "POST" && connections.test(path) && status < 300) this.learnMade(body, answeredAt);
  }

  /**
   * Of a workspace's consumers the provider reads the ids alone (workspace_helpers.go, `readWorkspaceStateConsumers`). Whole, those of a
   * thousand workspaces that share their state with a project of a thousand would be gigabytes.
   */
  private learnConsumers(target: string, body: unknown): void {
    const data = member(body, "data");
    if (!isObject(body) || !Array.isArray(data) || this.consumerIds + data.length > MOST_CONSUMERS) return;
    this.consumerIds += data.length;
    const { included: _, ...rest } = body;
    const ids = data.map((item: unknown) => ({ id: member(item, "id"), type: member(item, "type") }));
    this.consumers.set(target, { ...rest, data: ids });
  }

  /** A reading that no write has come after. */
  private valid(id: string): Kept | undefined {
    const reading = this.readings.get(id);
    return reading === undefined || reading.at < Math.max(this.since, this.floors.get(id) ?? 0) ? undefined : reading;
  }

  private learnSingle(path: string, status: number, body: unknown, askedTags: boolean, at: number): void {
    if (status === 404) {
      this.keepPath(path, null, at);
      const last = path.slice(path.lastIndexOf("/") + 1);
      const id = path.startsWith("organizations/") ? this.names.get(last) : last;
      if (id !== undefined) this.floors.set(id, Math.max(at, this.floors.get(id) ?? 0));
    }
    if (status !== 200) return;
    const id = this.keep(member(body, "data"), askedTags ? includedIn(body) : undefined, at);
    if (id !== undefined) this.keepPath(path, id, at);
  }

  private learnList(body: unknown, askedTags: boolean, at: number): void {
    const data = member(body, "data");
    if (!Array.isArray(data)) return;
    const included = askedTags ? includedIn(body) : undefined;
    for (const item of data) this.keep(item, included, at);
  }

  /**
   * The answer to a write is the next reading, if it shows all that the one before did. Its tags are those from before: no write of the
   * guard's changes any, and the answer does not include them.
   */
  private learnWritten(path: string, status: number, body: unknown, at: number): void {
    const data = member(body, "data");
    const shownId = member(data, "id");
    const id =
      typeof shownId === "string" ? shownId : (this.paths.get(path)?.id ?? path.slice(path.lastIndexOf("/") + 1));
    this.floors.set(id, at);
    const before = this.readings.get(id);
    if (status >= 300 || !isObject(data) || (before !== undefined && !showsAsMuch(data, before.raw))) return;
    const tags = member(before?.raw.relationships, TAGS);
    const relationships = isObject(data.relationships) ? data.relationships : {};
    const withTheTags = tags === undefined ? data : { ...data, relationships: { ...relationships, [TAGS]: tags } };
    this.keep(withTheTags, before?.tags == null ? undefined : byId(before.tags), at);
  }

  private learnMade(body: unknown, at: number): void {
    const id = this.keep(member(body, "data"), undefined, at);
    if (id !== undefined) this.connectionId = id;
  }

  /** @returns the object's id; undefined when it is no object */
  private keep(data: unknown, included: ReadonlyMap<string, unknown> | undefined, at: number): string | undefined {
    if (!isObject(data)) return undefined;
    const parsed = Resource.safeParse({ ...data, relationships: understood(data.relationships) });
    if (!parsed.success) return undefined;
    const resource = parsed.data;
    const { id } = resource;
    const before = this.readings.get(id);
    if (at < (before?.at ?? 0) || at < (this.floors.get(id) ?? 0)) return id;
    const tags = included === undefined ? undefined : tagsOf(data.relationships, included);
    this.readings.set(id, { resource, raw: withoutSelfHtml(data), tags, at });
    const { name } = resource.attributes;
    const isOurs = resource.type === "workspaces" && related(resource, "organization") === this.organization;
    if (isOurs && typeof name === "string") this.names.set(name, id);
    return id;
  }

  private keepPath(path: string, id: string | null, at: number): void {
    if ((this.paths.get(path)?.at ?? 0) <= at) this.paths.set(path, { id, at });
  }
}

const queryOf = (target: string) => new URLSearchParams(target.split("?", 2)[1] ?? "");

/** A part of an object is no reading of it (JSON:API, "Sparse Fieldsets"). */
const isWhole = (asked: URLSearchParams) => [...asked.keys()].every((key) => !key.startsWith("fields"));

const asksTags = (asked: URLSearchParams) => (asked.get("include") ?? "").split(",").includes(INCLUDE);

/** Whether an answer shows all that the provider reads of an object and that was shown before. */
function showsAsMuch(data: unknown, before: unknown): boolean {
  const parts = { attributes: [...ATTRIBUTES, "vcs-repo"], relationships: RELATIONSHIPS };
  return Object.entries(parts).every(([part, names]) =>
    names.every(
      (name) => member(member(before, part), name) === undefined || member(member(data, part), name) !== undefined,
    ),
  );
}

function includedIn(body: unknown): ReadonlyMap<string, unknown> {
  const included = member(body, "included");
  return byId(Array.isArray(included) ? included : []);
}

function byId(items: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(
    items.flatMap((item): [string, unknown][] => {
      const id = member(item, "id");
      return typeof id === "string" && member(item, "type") === TAGS ? [[id, item]] : [];
    }),
  );
}

/** null where the server does not name them, or names one that it does not show. */
function tagsOf(relationships: unknown, included: ReadonlyMap<string, unknown>): readonly unknown[] | null {
  const named = member(member(relationships, TAGS), "data");
  if (!Array.isArray(named)) return null;
  const tags = named.map((each: unknown) => included.get(String(member(each, "id"))));
  return tags.includes(undefined) ? null : tags;
}

const Relationship = Resource.shape.relationships.unwrap().valueType;

/** Those relationships that are as they must be: what is odd in one that nothing here reads, such as a tag's id, hides no object. */
function understood(relationships: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(relationships)) return {};
  return Object.fromEntries(Object.entries(relationships).filter(([, value]) => Relationship.safeParse(value).success));
}
