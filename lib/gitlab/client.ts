import { z } from "zod";
import { ExternalError } from "../errors";
import { below } from "../http/below";
import { type Attempt, Patience, type PatienceOptions } from "../http/patience";
import { type Exchange, Transport, type TransportOptions } from "../http/transport";
import { quoted } from "../util/json-text";
import { masked } from "../util/secret";
import { answerIn, type GitlabAnswer } from "./answer";

export interface GitlabClientOptions extends Omit<PatienceOptions, "requestsPerSecond"> {
  /** Requests a second, until GitLab says otherwise. @default 10 */
  readonly requestsPerSecond?: number;
  readonly transport?: TransportOptions;
}

type Query = Readonly<Record<string, string | number>>;
type Method = "GET" | "POST" | "DELETE";
type Answered = Extract<Exchange, { type: "answered" }>;

/** GitLab's largest page. */
const PAGE_SIZE = 100;
/** 5,000 objects: GitLab.com allows 100 webhooks a project. */
const MOST_PAGES = 50;
/** How often a list is read that changes meanwhile. */
const READINGS = 3;
/** Longest wait that a server is granted, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Asks GitLab's API: paced, patient with 429 and 5xx, and every answer told apart. The token is only ever sent as a header. */
export class GitlabClient {
  private readonly transport: Transport;
  private readonly patience: Patience;
  private readonly root: string;
  /** Requests a second, also where the server would take more. */
  private readonly most: number;

  /** @param apiUrl ends in `/api/v4` */
  constructor(
    apiUrl: string,
    private readonly token: string,
    { requestsPerSecond = 10, transport, ...options }: GitlabClientOptions = {},
  ) {
    this.most = requestsPerSecond;
    this.root = apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`;
    this.transport = new Transport({ connections: 8, idle: 30_000, total: 60_000, ...transport });
    this.patience = new Patience(
      { attempts: 4, requestsPerSecond, ...options },
      () => new ExternalError("the client of GitLab is closed"),
    );
  }

  /** Reads one object. */
  async get<T>(path: string, schema: z.ZodType<T>, query: Query = {}): Promise<GitlabAnswer<T>> {
    const { answer } = await this.ask(path, schema, query);
    return answer;
  }

  /** Creates something. One whose answer was lost is not sent again: whether it was done is then unknown. */
  async post<T>(path: string, schema: z.ZodType<T>): Promise<GitlabAnswer<T>> {
    const { answer } = await this.ask(path, schema, {}, "POST");
    return answer;
  }

  /**
   * Deletes one object. A request whose answer was lost is sent again, so that what is gone already may be what was deleted here.
   *
   * @returns `parsed` where GitLab says that it is done (any 2xx, with or without a body)
   */
  async delete(path: string): Promise<GitlabAnswer<undefined>> {
    const { answer } = await this.ask(path, z.unknown(), {}, "DELETE");
    return answer.type === "parsed" ? { ...answer, value: undefined } : answer;
  }

  /**
   * Reads a whole list of things with an id, page by page. One that changed while it was read is read again; one that has no end, or
   * does not say whether there is more, is no answer: a part would be taken for the whole.
   *
   * @param mostPages so many at most, of a list that says how long it is. @default 50
   */
  async list<T extends { readonly id: number }>(
    path: string,
    schema: z.ZodType<T>,
    query: Query = {},
    mostPages: number = MOST_PAGES,
  ): Promise<GitlabAnswer<readonly T[]>> {
    for (let attempt = 1; ; attempt += 1) {
      const read = await this.pages(path, schema, query, mostPages);
      if (read !== "changed") return read;
      if (attempt === READINGS) return noList(`a list that changed during each of ${READINGS} readings`);
    }
  }

  /** Ends at once. */
  async close(): Promise<void> {
    this.patience.close();
    await this.transport.destroy();
  }

  private async pages<T extends { readonly id: number }>(
    path: string,
    schema: z.ZodType<T>,
    query: Query,
    mostPages: number,
  ): Promise<GitlabAnswer<readonly T[]> | "changed"> {
    const found = new Map<number, T>();
    let total: string | undefined;
    for (let page = 1; page <= longest(total, mostPages); page += 1) {
      const { answer, headers } = await this.ask(path, z.array(schema), { ...query, per_page: PAGE_SIZE, page });
      if (answer.type !== "parsed") return answer;
      for (const item of answer.value) {
        if (found.has(item.id)) return "changed";
        found.set(item.id, item);
      }
      // Left out for lists above 10,000 (GitLab, "REST API", "Pagination").
      total ??= headers["x-total"];
      if (total !== undefined && headers["x-total"] !== undefined && headers["x-total"] !== total) return "changed";
      const called = headers["x-page"];
      if (called !== undefined && called !== "" && called !== String(page)) return "changed";
      const next = headers["x-next-page"];
      if (next === undefined && answer.value.length >= PAGE_SIZE)
        return noList("a full page of a list that does not say whether more pages follow");
      if (next === undefined || next === "") {
        if (total !== undefined && total !== "" && Number(total) !== found.size) return "changed";
        return { type: "parsed", value: [...found.values()], foundAt: answer.foundAt };
      }
      if (next !== String(page + 1) || answer.value.length === 0)
        return noList(
          `page ${page} of a list with ${answer.value.length} objects, which names ${quoted(next)} as the next`,
        );
    }
    return noList(`a list of more than ${longest(total, mostPages)} pages`);
  }

  private async ask<T>(
    path: string,
    schema: z.ZodType<T>,
    query: Query,
    method: Method = "GET",
  ): Promise<{ readonly answer: GitlabAnswer<T>; readonly headers: Answered["headers"] }> {
    const url = below(this.root, path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    const ending = await this.patience.send(`${method} /${path}`, method !== "POST", () => this.once(method, url));
    if (ending.type === "answer") {
      const exchange = ending.answer;
      if (exchange.type === "redirected") {
        return { answer: { ...exchange, type: "redirect" }, headers: {} };
      }
      // "204 No Content" ("REST API", "Status codes"): there is nothing in it to understand.
      const isEmpty = method === "DELETE" && exchange.status === 204 && exchange.url.pathname === url.pathname;
      const answer = answerIn(isEmpty ? { ...exchange, text: "null" } : exchange, url, schema);
      // Some servers and proxies repeat what they were sent.
      const clean = answer.type === "refusal" ? { ...answer, said: masked(answer.said, [this.token]) } : answer;
      return { answer: clean, headers: exchange.headers };
    }
    const { last } = ending;
    const reason = masked(last.reason, [this.token]);
    if (last.type === "refused") return { answer: { type: "rate-limit", reason }, headers: {} };
    return { answer: { type: "no-answer", came: reason, fix: last.fix, unreachable: true }, headers: {} };
  }

  private async once(method: Method, url: URL): Promise<Attempt<Answered | Extract<Exchange, { type: "redirected" }>>> {
    const exchange = await this.transport.exchange({
      method,
      url,
      headers: { "private-token": this.token, accept: "application/json" },
    });
    if (exchange.type === "redirected") return { type: "answer", answer: exchange };
    if (exchange.type !== "answered") return exchange;
    const { status, headers } = exchange;
    const wait = resetOf(headers);
    if (status === 429) return { type: "refused", wait: wait ?? 1000, reason: "too many requests (429)" };
    // As during an update ("Maintenance mode", "Zero-downtime upgrades").
    if (status === 503 && wait !== undefined) return { type: "refused", wait, reason: "it answered 503" };
    if (status >= 500) return { type: "lost", reason: `it answered ${status}` };
    // Requests a minute (GitLab, "User and IP rate limits", "Response headers").
    const perMinute = Number(headers["ratelimit-limit"]);
    if (Number.isFinite(perMinute) && perMinute > 0) this.patience.limit(Math.min(this.most, perMinute / 60));
    if (headers["ratelimit-remaining"] === "0") this.patience.pause(wait ?? 1000);
    return { type: "answer", answer: exchange };
  }
}

/** Of how many pages a list may be: only one that says how long it is may be long. */
function longest(total: string | undefined, mostPages: number): number {
  const pages = Math.ceil(Number(total ?? "") / PAGE_SIZE);
  return Number.isFinite(pages) ? Math.max(MOST_PAGES, Math.min(mostPages, pages)) : MOST_PAGES;
}

const noList = (came: string) => ({ type: "no-answer", came, fix: undefined, unreachable: false }) as const;

/** How long to wait, in milliseconds: `Retry-After` in seconds or as a date, else `RateLimit-Reset`, a Unix time. */
function resetOf(headers: Answered["headers"]): number | undefined {
  const after = headers["retry-after"];
  const reset = Number(headers["ratelimit-reset"]);
  const wait =
    after !== undefined && after !== ""
      ? /^\d+$/.test(after)
        ? Number(after) * 1000
        : Date.parse(after) - Date.now()
      : reset * 1000 - Date.now();
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, LONGEST_WAIT) : undefined;
}
