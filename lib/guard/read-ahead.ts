import type { Clock } from "../http/pace";
import { isWorkspace } from "../kinds/workspace";
import type { Json } from "../util/json";
import type { GuardEvent } from "./event";
import { type GuardExpectation, isToChange } from "./expectation";
import type { Known } from "./known";
import { exchangeOf, type Reads } from "./reads";
import { isObject } from "./same-value";
import { disagreement } from "./sample";
import type { UpstreamAnswer, UpstreamEnding } from "./upstream";

const INCLUDE = "effective_tag_bindings";
/** The API's largest page. */
const PAGE_SIZE = 100;
/** Pages that are read at the same time; more would hold back what is written meanwhile. */
const AT_ONCE = 8;
/** Workspaces that are read by themselves too, to compare. */
const SAMPLE = 3;
/** How often each page is read again while it is written to, in milliseconds; less often where that took too much. */
const ROUND = 4000;
/** Of all requests, what may go into reading again before writing. */
const SHARE = 0.1;
/** What is older than that, in rounds, is not written by. */
const OLDEST = 1.25;

/** A provider's read of one workspace, by id or by name. */
const SINGLE =
  /^(?:workspaces\/[\w-]+(?:\?include=effective_tag_bindings)?|organizations\/[\w-]+\/workspaces\/[\w.-]+)$/;

export interface ReadAheadOptions {
  readonly isOn: boolean;
  readonly expectation: GuardExpectation;
  /** The ids of the workspaces that the run is about, as far as is known beforehand. */
  readonly workspaces: readonly string[];
  readonly reads: Reads;
  readonly known: Known;
  /** Whether it begins before anything is asked for. */
  readonly atOnce: boolean;
  readonly clock: Clock;
  /** Requests a second. */
  readonly limit: () => number;
  readonly onEvent: (event: GuardEvent) => void;
}

interface Page {
  readonly number: number;
  readonly target: string;
  readonly data: readonly Json[];
  readonly included: Json | undefined;
  readonly answer: UpstreamAnswer;
}

/**
 * - `waiting`: too few workspaces are asked for, as far as is known, for the list to be worth its requests.
 * - `reading`: pages are under way, and what is asked for waits for them.
 * - `read`: there is no more to come; pages are read again before what they show is written.
 */
type Phase = "off" | "waiting" | "reading" | "read";

/**
 * Reads the organization's workspaces in pages, once, so that the provider's reads of each are answered from memory; and again,
 * page by page, where what was read is too old to write by.
 */
export class ReadAhead {
  private phase: Phase;
  private readonly asked = new Set<string>();
  /** What is still to be written, by id. */
  private readonly pending: Set<string>;
  private readonly pageOf = new Map<string, number>();
  /** Of what is still to be written, what was on each page. */
  private readonly pendingOn = new Map<number, Set<string>>();
  /** When what is known of each page was read. */
  private readonly readAt = new Map<number, number>();
  private refreshedAt = Number.NEGATIVE_INFINITY;
  private first: Page | undefined;
  private takesInclude = true;
  private waiters: (() => void)[] = [];

  constructor(private readonly options: ReadAheadOptions) {
    this.phase = options.isOn ? "waiting" : "off";
    const toChange = options.expectation.links.filter((link) => isWorkspace(link) && isToChange(link));
    this.pending = new Set(toChange.map(({ id }) => id));
    if (options.atOnce) this.begin();
  }

  /** Whether reads may be answered from memory. */
  get isOn(): boolean {
    return this.phase !== "off";
  }

  /**
   * How old a reading may be that something is written by, in milliseconds: 5 s, or a quarter longer than it takes to read all pages
   * again with a tenth of the requests, or twice what the server takes to answer.
   */
  get oldest(): number {
    return Math.max(this.round * OLDEST, 2 * this.options.reads.took);
  }

  /** Told that what was read is forgotten: the list is read anew when it is needed. */
  restart(): void {
    if (this.phase !== "read" && this.phase !== "waiting") return;
    this.phase = "waiting";
    this.first = undefined;
    for (const map of [this.asked, this.pageOf, this.pendingOn, this.readAt]) map.clear();
  }

  /** Told before each write: reads a page again where it is time, so that no write has to wait for it. */
  refresh(): void {
    const now = this.options.clock.now();
    const pages = this.sharedPages();
    if (pages.length === 0 || now - this.refreshedAt < this.round / pages.length) return;
    const ages = pages.map((number) => ({ number, age: now - (this.readAt.get(number) ?? 0) }));
    const { number, age } = ages.reduce((oldest, each) => (each.age > oldest.age ? each : oldest));
    if (age < this.round * (OLDEST - 1)) return;
    this.refreshedAt = now;
    this.page(number).then(
      (page) => page === undefined || this.learn(page),
      () => {},
    );
  }

  private get round(): number {
    return Math.max(ROUND, (this.sharedPages().length / (this.options.limit() * SHARE)) * 1000);
  }

  /** Pages on which several are still to be written. */
  private sharedPages(): readonly number[] {
    if (this.phase !== "read") return [];
    return [...this.pendingOn].flatMap(([number, { size }]) => (size > 1 ? [number] : []));
  }

  /** Told of each read of one workspace that memory cannot answer. Reads ahead where that is worth it; ends once memory can, or never will. */
  async before(target: string, isThere: () => boolean): Promise<void> {
    if (this.phase === "off" || !SINGLE.test(target)) return;
    this.asked.add(target);
    this.begin();
    while (this.phase === "reading" && !isThere()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** Reads an object again, with others of its page where some of those are still to be written too. */
  async again(id: string, target: string): Promise<UpstreamEnding> {
    const { reads } = this.options;
    const page = this.phase === "read" ? this.pageOf.get(id) : undefined;
    if (page !== undefined && (this.pendingOn.get(page)?.size ?? 0) > 1) {
      const read = await this.page(page);
      if (read !== undefined) {
        this.learn(read);
        // It may be on another page by now.
        if (read.data.some((item) => idOf(item) === id)) return { type: "answered", answer: read.answer };
      }
    }
    const ending = await reads.own(target);
    if (ending.type === "answered") this.options.known.learn(exchangeOf("GET", target, ending.answer));
    return ending;
  }

  /** Nothing is written of it any more. */
  done(id: string): void {
    this.pending.delete(id);
    this.pendingOn.get(this.pageOf.get(id) ?? 0)?.delete(id);
  }

  /** Begins to read the list, unless that is begun, or not worth its requests. */
  private begin(): void {
    if (this.phase !== "waiting" || !this.isWorth(this.first === undefined ? 1 : pagesOf(this.first))) return;
    this.phase = "reading";
    this.read().catch((error: unknown) => this.turnOff(error instanceof Error ? error.message : String(error)));
  }

  private isWorth(pages: number): boolean {
    return Math.max(this.options.workspaces.length, this.pending.size, this.asked.size) > pages + SAMPLE;
  }

  private async read(): Promise<void> {
    this.first ??= await this.page(1);
    if (this.first === undefined) return this.turnOff("the list of workspaces cannot be read");
    const pages = pagesOf(this.first);
    if (!this.isWorth(pages)) {
      this.phase = "waiting";
      return this.wake();
    }
    const ends = [...new Set([1, Math.ceil(pages / 2), pages])];
    const read = await Promise.all(ends.map((number) => (number === 1 ? this.first : this.page(number))));
    const sampled = read.filter((page) => page !== undefined);
    if (sampled.length < ends.length) return this.turnOff("the list of workspaces cannot be read completely");

    const found = [...sampled];
    let isChecked = false;
    const left = Array.from({ length: pages }, (_, index) => index + 1).filter((number) => !ends.includes(number));
    const readOn = async () => {
      for (let number = left.shift(); number !== undefined && this.phase === "reading"; number = left.shift()) {
        const page = await this.page(number);
        // What is on a page that cannot be read is asked for by itself.
        if (page === undefined) continue;
        if (isChecked) this.learn(page);
        else found.push(page);
      }
    };
    const reading = Promise.all(Array.from({ length: AT_ONCE }, readOn));
    const reason = await this.check(sampled);
    if (reason !== undefined) return this.turnOff(reason);
    isChecked = true;
    for (const page of found) this.learn(page);
    await reading;
    this.phase = "read";
    this.wake();
    if (this.options.atOnce) await this.readConsumers();
  }

  /**
   * Reads what no list has: whom each workspace shares its state with, where that is not everybody. The provider asks so
   * (workspace_helpers.go, `readWorkspaceStateConsumers`), and finds it answered; should it ask otherwise, it is answered by the server.
   */
  private async readConsumers(): Promise<void> {
    const { known, reads, workspaces } = this.options;
    const left = workspaces.filter((id) => {
      const reading = known.reading({ id, path: `workspaces/${id}` });
      return typeof reading === "object" && reading.resource.attributes["global-remote-state"] === false;
    });
    const readOn = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const target = `workspaces/${id}/relationships/remote-state-consumers?page%5Bsize%5D=${PAGE_SIZE}`;
        const isUnknown = () => known.answerTo({ method: "GET", target }) === undefined;
        const ending = await reads.later(target, isUnknown);
        if (ending.type === "not-started") continue;
        // The provider meets the same, and says so.
        if (ending.type !== "answered" || ending.answer.status !== 200) return void left.splice(0);
        known.learn(exchangeOf("GET", target, ending.answer));
      }
    };
    // It fails when the guard is closed meanwhile.
    await Promise.allSettled(Array.from({ length: AT_ONCE }, readOn));
  }

  /** Compares the first, the middle and the last of what is listed with their single answers. @returns what speaks against the list */
  private async check(pages: readonly Page[]): Promise<string | undefined> {
    const listed = pages.map((page) => {
      const linked = page.data.filter(
        (item) => isObject(item) && isObject(item.attributes) && isObject(item.attributes["vcs-repo"]),
      );
      return (linked.length > 0 ? linked : page.data).map((item) => ({ page, id: idOf(item) }));
    });
    const all = listed.flat();
    const middle = listed[Math.floor(listed.length / 2)] ?? [];
    const sample = [all[0], middle[Math.floor(middle.length / 2)], all.at(-1)].filter((each) => each !== undefined);
    const reasons = await Promise.all(
      [...new Map(sample.map((each) => [each.id, each])).values()].map(({ page, id }) => this.compare(page, id, true)),
    );
    return reasons.find((reason) => reason !== undefined);
  }

  private async compare(page: Page, id: string | undefined, again: boolean): Promise<string | undefined> {
    const listed = page.data.find((item) => idOf(item) === id);
    if (id === undefined || listed === undefined) return undefined;
    const target = `workspaces/${id}${this.takesInclude ? `?include=${INCLUDE}` : ""}`;
    const ending = await this.options.reads.own(target);
    if (ending.type !== "answered") return `workspace ${id} cannot be read`;
    // It was deleted meanwhile; or the server takes the parameter for lists alone.
    if (ending.answer.status !== 200 || !isObject(ending.answer.json)) return undefined;
    const { data = null, included } = ending.answer.json;
    const attribute = disagreement({ data: listed, included: page.included }, { data, included });
    if (attribute === undefined) {
      this.options.known.learn(exchangeOf("GET", target, ending.answer));
      return undefined;
    }
    // Somebody may have changed it between the two.
    const fresh = again ? await this.page(page.number) : undefined;
    if (fresh !== undefined) return this.compare(fresh, id, false);
    return `the server's list shows a different ${attribute} of workspace ${nameOf(listed)} (${id}) than the workspace itself`;
  }

  /** Reads one page; undefined when there is no answer that can be used. */
  private async page(number: number): Promise<Page | undefined> {
    const target = this.targetOf(number);
    const ending = await this.options.reads.own(target);
    if (ending.type !== "answered") return undefined;
    const { status, json } = ending.answer;
    if (status === 400 && this.takesInclude) {
      this.takesInclude = false;
      return this.page(number);
    }
    if (status !== 200 || !isObject(json) || !Array.isArray(json.data)) return undefined;
    return { number, target, data: json.data, included: json.included, answer: ending.answer };
  }

  private targetOf(page: number): string {
    const include = this.takesInclude ? `include=${INCLUDE}&` : "";
    const { organization } = this.options.expectation;
    return `organizations/${organization}/workspaces?${include}page%5Bnumber%5D=${page}&page%5Bsize%5D=${PAGE_SIZE}`;
  }

  private learn(page: Page): void {
    this.options.known.learnPage(exchangeOf("GET", page.target, page.answer));
    const pending = new Set<string>();
    for (const item of page.data) {
      const id = idOf(item);
      if (id === undefined) continue;
      const before = this.pageOf.get(id);
      if (before !== page.number) this.pendingOn.get(before ?? 0)?.delete(id);
      this.pageOf.set(id, page.number);
      if (this.pending.has(id)) pending.add(id);
    }
    this.pendingOn.set(page.number, pending);
    this.readAt.set(page.number, page.answer.began);
    this.wake();
  }

  private turnOff(reason: string): void {
    this.phase = "off";
    this.options.onEvent({ type: "read-ahead-off", reason });
    this.wake();
  }

  private wake(): void {
    for (const waiter of this.waiters.splice(0)) waiter();
  }
}

/** How many pages a list has, by its first; a list that does not say has one. */
function pagesOf({ answer }: Page): number {
  const meta = isObject(answer.json) ? answer.json.meta : undefined;
  const pagination = isObject(meta) ? meta.pagination : undefined;
  const total = isObject(pagination) ? pagination["total-count"] : undefined;
  return typeof total === "number" && Number.isSafeInteger(total) && total > 0 ? Math.ceil(total / PAGE_SIZE) : 1;
}

function idOf(item: Json): string | undefined {
  return isObject(item) && typeof item.id === "string" ? item.id : undefined;
}

function nameOf(item: Json): string {
  const name = isObject(item) && isObject(item.attributes) ? item.attributes.name : undefined;
  return typeof name === "string" ? name : "without a name";
}
