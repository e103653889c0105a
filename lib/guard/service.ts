import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { textSha256 } from "../files/sha256";
import type { Clock } from "../http/pace";
import { jsonText } from "../util/json-text";
import type { Address } from "./address";
import { errorAnswer, type GuardAnswer, give, jsonAnswer } from "./answer";
import type { Circumstances } from "./circumstances";
import { decide } from "./decide";
import type { GuardEvent } from "./event";
import { forwarded, requestHeaders } from "./forwarded";
import { Known } from "./known";
import type { GuardOptions } from "./options";
import { Pause } from "./pause";
import { ReadAhead } from "./read-ahead";
import { exchangeOf, Reads } from "./reads";
import { LARGEST_BODY, receive } from "./receive";
import type { RuleId } from "./rules";
import type { GuardRequest, Ruling } from "./ruling";
import { Upstream, type UpstreamEnding } from "./upstream";

type ServiceAddress = Extract<Address, { type: "service" }>;
type Send = Extract<Ruling, { type: "send" }>;

/** What a guard has done so far. */
export interface GuardSummary {
  /** Requests that were sent to the server, retries included. */
  readonly requests: number;
  /** Reads that were answered from memory. */
  readonly remembered: number;
  readonly written: number;
  readonly left: number;
  readonly refused: number;
  /** Why nothing that writes passes any more: the rule of the first refusal, or another reason; undefined while the run goes on. */
  readonly stopped: string | undefined;
}

/** How often a write is tried whose answer was lost, or whose object has to be read once more. */
const ATTEMPTS = 8;

/** The guarded service: what passes, what is answered, what is refused. */
export class GuardedService {
  private readonly upstream: Upstream;
  private readonly known: Known;
  private readonly reads: Reads;
  private readonly readAhead: ReadAhead;
  private readonly pause: Pause;
  private readonly patSha256: string | undefined;
  private readonly onEvent: (event: GuardEvent) => void;
  private readonly authorization: Readonly<Record<string, string>>;
  /** The rule of the refusal that stopped the run. */
  private stoppedBy: RuleId | undefined;
  /** Why else nothing that writes passes. */
  private stopReason: string | undefined;
  private readonly stopping = new AbortController();
  /** The last write to each path: those to the same come one after the other. */
  private readonly writing = new Map<string, Promise<unknown>>();
  /** The answer of a server that does not take the provider's `include`. */
  private withoutInclude: GuardAnswer | undefined;
  private readonly counts = { remembered: 0, written: 0, left: 0, refused: 0 };

  constructor(
    private readonly options: GuardOptions,
    private readonly secrets: readonly string[],
    root: URL,
    private readonly clock: Clock,
  ) {
    const { expectation, onEvent, upstream, pat } = options;
    setMaxListeners(0, this.stopping.signal);
    this.onEvent = onEvent;
    this.patSha256 = pat === undefined ? undefined : textSha256(pat);
    this.authorization = { authorization: `Bearer ${upstream.token}` };
    this.upstream = new Upstream(
      { ...options, ...upstream, secrets, onRetry: (text) => onEvent({ type: "note", text }) },
      clock,
    );
    this.known = new Known(expectation.organization);
    this.reads = new Reads(this.upstream, root, this.authorization);
    this.pause = new Pause(options.pauseFile, (isOn) => onEvent({ type: isOn ? "paused" : "resumed" }), clock);
    this.readAhead = new ReadAhead({
      isOn: options.readAhead,
      expectation,
      workspaces: options.workspaces ?? 0,
      reads: this.reads,
      known: this.known,
      clock,
      limit: () => this.upstream.limit,
      onEvent,
    });
  }

  summary(): GuardSummary {
    return { ...this.counts, requests: this.upstream.requests, stopped: this.stoppedBy ?? this.stopReason };
  }

  /** After this, nothing that writes passes. */
  stop(reason: string): void {
    this.stopReason ??= reason;
    this.stopping.abort();
  }

  /** Ends at once. */
  async close(): Promise<void> {
    await this.upstream.close();
  }

  /** @param isOurs whether the request carries the token that the guard was started for */
  async serve(
    address: ServiceAddress,
    incoming: IncomingMessage,
    response: ServerResponse,
    isOurs: boolean,
  ): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    give(response, this.withoutSecrets(await this.answer(address, incoming, isOurs, gone.signal)));
  }

  private async answer(
    { path, search, upstream }: ServiceAddress,
    incoming: IncomingMessage,
    isOurs: boolean,
    gone: AbortSignal,
  ): Promise<GuardAnswer> {
    const { method = "GET", headers } = incoming;
    const body = await receive(incoming);
    const request = { method, headers, target: `${path}${search}`, body: body ?? new Uint8Array() };
    const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
    if (!isOurs) {
      const message = `${method} ${path}: it carries another token than this run was started with. Nothing was sent.`;
      return this.refuse("another-token", message, request);
    }
    if (body === undefined) {
      const message = `${method} ${path}: its body is larger than ${LARGEST_BODY / 2 ** 20} MiB. Nothing was sent.`;
      if (!isRead) this.stoppedBy ??= "unreadable-body";
      return this.refuse("unreadable-body", message, request);
    }
    if (isRead) return this.read(request, upstream);
    return this.inOrder(path, () => this.write(request, upstream, gone));
  }

  private async read(request: GuardRequest, url: URL): Promise<GuardAnswer> {
    const ruling = decide(request, this.circumstances());
    if (ruling.type === "refuse") return this.refuse(ruling.rule, ruling.message, request);
    const remembered = await this.recall(request);
    if (remembered !== undefined) {
      this.counts.remembered += 1;
      return remembered;
    }
    const ending = await this.reads.get(request.method, url, requestHeaders(request.headers));
    if (ending.type === "answered") this.known.learn(exchangeOf(request.method, request.target, ending.answer));
    const answer = this.answerOf(ending);
    if (answer.status === 400 && WITH_INCLUDE.test(request.target)) this.withoutInclude = answer;
    return answer;
  }

  /** An answer from memory, once what it takes is read. */
  private async recall(request: GuardRequest): Promise<GuardAnswer | undefined> {
    if (!this.readAhead.isOn) return undefined;
    const answer = this.remembered(request);
    if (answer !== undefined) return answer;
    await this.readAhead.before(request.target, () => this.remembered(request) !== undefined);
    return this.readAhead.isOn ? this.remembered(request) : undefined;
  }

  /** The answer to one of the provider's reads, as far as it is known. */
  private remembered(request: GuardRequest): GuardAnswer | undefined {
    const { method, target } = request;
    const known = this.known.answerTo(request);
    if (known !== undefined) return jsonAnswer(200, known.body);
    if (method !== "GET") return undefined;
    // The provider then asks again without it (resource_tfe_workspace.go, `ErrInvalidIncludeValue`).
    if (this.withoutInclude !== undefined && WITH_INCLUDE.test(target)) return this.withoutInclude;
    const id = this.withoutInclude === undefined ? undefined : /^workspaces\/([\w-]+)$/.exec(target)?.[1];
    const shown = id === undefined ? undefined : this.known.shown(id);
    return shown === undefined ? undefined : jsonAnswer(200, shown);
  }

  /** What is written to the same place is written one after the other. */
  private async inOrder(path: string, write: () => Promise<GuardAnswer>): Promise<GuardAnswer> {
    const before = this.writing.get(path);
    const mine = (async () => {
      await before?.catch(() => {});
      return write();
    })();
    this.writing.set(path, mine);
    try {
      return await mine;
    } finally {
      if (this.writing.get(path) === mine) this.writing.delete(path);
    }
  }

  /**
   * One write. What is decided is decided again at the very moment at which it would be sent, by what is known then: it may have
   * waited for its turn, a pause, or the server.
   */
  private async write(request: GuardRequest, url: URL, gone: AbortSignal): Promise<GuardAnswer> {
    const { method, target } = request;
    /** What was approved and is not done yet, for sure: a POST that the rate limit refused. */
    let approved: Send | undefined;
    let hasSent = false;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await this.pause.over(AbortSignal.any([gone, this.stopping.signal]));
      if (gone.aborted) return errorAnswer(424, "not sent", "The caller has gone; nothing was sent.");
      let ruling = approved ?? this.judge(request, attempt);
      switch (ruling.type) {
        case "refuse":
          if (ruling.rule !== "stopped") this.stoppedBy ??= ruling.rule;
          return this.refuse(ruling.rule, ruling.message, request);
        case "leave": {
          this.counts.left += 1;
          this.readAhead.done(ruling.subject.id ?? "");
          this.onEvent({ type: "left", ...ruling.subject, reason: ruling.reason });
          const { name } = ruling.subject;
          return errorAnswer(
            403,
            "left for the next plan",
            `${name} was not changed: ${ruling.reason}. Nothing was sent.`,
          );
        }
        case "answer":
          if (ruling.subject !== undefined) {
            this.readAhead.done(ruling.subject.id ?? "");
            this.counts.written += 1;
            this.onEvent({ type: "written", what: hasSent ? "re-pointed" : "already done", ...ruling.subject });
          }
          return jsonAnswer(ruling.status, ruling.body);
        case "read-first": {
          const failed = await this.readFirst(ruling, attempt);
          if (failed !== undefined) return failed;
          continue;
        }
        case "forward":
          throw new Error("a write is never forwarded as it came");
        case "send":
      }

      const ending = await this.upstream.send({
        method: method as "PATCH" | "POST",
        url,
        headers: { ...requestHeaders(request.headers), ...this.authorization },
        body: (sending) => {
          if (gone.aborted || this.pause.isOn || this.stopReason !== undefined) return undefined;
          // A PATCH is judged anew each time; a POST that was refused for the rate limit is known not to be done.
          const now =
            approved !== undefined || (method === "POST" && sending > 1) ? ruling : this.judge(request, attempt);
          if (now.type !== "send") return undefined;
          ruling = now;
          approved = undefined;
          hasSent = true;
          this.known.sending(now.subject);
          return jsonText(now.body);
        },
      });
      if (ruling.type !== "send") continue;
      if (ending.type === "not-started") {
        // However often it is paused.
        if (this.pause.isOn) attempt -= 1;
        if (ending.attempts === 0) continue;
        if (method === "POST") approved = ruling;
        else this.known.lost(ruling.subject, this.clock.now());
        continue;
      }
      return this.written(request, ruling, ending);
    }
    return errorAnswer(
      424,
      "not sent",
      `${method} ${target}: what it changes could not be read freshly enough. Nothing was sent.`,
    );
  }

  private written(
    request: GuardRequest,
    { subject, what }: Send,
    ending: Exclude<UpstreamEnding, { type: "not-started" }>,
  ): GuardAnswer {
    const { method, target } = request;
    if (ending.type === "failed") {
      this.known.lost(subject, this.clock.now());
      if (ending.isUnknown && method === "POST") {
        const reason = `whether ${subject.name} was made is unknown: ${ending.reason}`;
        this.stop(reason);
        this.onEvent({ type: "refused", rule: "unknown", message: reason, method, path: target });
        return errorAnswer(424, "unknown", `${reason}. It is not sent twice. Make a new plan: it finds what was made.`);
      }
      if (ending.isUnknown) {
        const text = `${method} ${target}: whether ${subject.name} was changed is unknown; the next plan shows it`;
        this.onEvent({ type: "note", text });
      }
      return this.answerOf(ending);
    }
    this.known.learn(exchangeOf(method, target, ending.answer));
    const { status } = ending.answer;
    if (status < 300) {
      this.counts.written += 1;
      this.readAhead.done(subject.id ?? "");
      const id = subject.id ?? this.known.madeConnection ?? null;
      this.onEvent({ type: "written", what, kind: subject.kind, id, name: subject.name });
    } else
      this.onEvent({
        type: "note",
        text: `${method} ${target}: the server answered ${status}; ${subject.name} is as it was`,
      });
    return this.answerOf(ending);
  }

  /** @returns the answer when it cannot be read */
  private async readFirst(
    { id, path }: Extract<Ruling, { type: "read-first" }>,
    attempt: number,
  ): Promise<GuardAnswer | undefined> {
    const isRead = () => {
      const reading = this.known.reading({ id, path: path.split("?", 1)[0] ?? "" });
      return reading !== undefined && (reading === "gone" || reading.at >= this.freshSince(attempt));
    };
    if (this.readAhead.isOn) await this.readAhead.before(path, isRead);
    if (isRead()) return undefined;
    const ending = await this.readAhead.again(id, path);
    if (ending.type === "answered" && (ending.answer.status === 200 || ending.answer.status === 404)) return undefined;
    return ending.type === "answered"
      ? errorAnswer(
          424,
          "not sent",
          `GET ${path} before it is changed: the server answered ${ending.answer.status}. Nothing was sent.`,
        )
      : this.answerOf(ending);
  }

  /**
   * From when on a reading is fresh enough to write by. Longer ago with each attempt: where the server is slow, or its limit low, what is
   * read would be too old each time before it is the write's turn.
   */
  private freshSince(attempt: number): number {
    return this.clock.now() - this.readAhead.oldest * attempt;
  }

  private judge(request: GuardRequest, attempt: number): Ruling {
    if (this.stoppedBy === undefined && this.stopReason !== undefined) {
      const message = `${request.method} ${request.target}: nothing that writes is sent any more: ${this.stopReason}.`;
      return { type: "refuse", rule: "stopped", message };
    }
    return decide(request, this.circumstances(attempt));
  }

  private circumstances(attempt = 1): Circumstances {
    return {
      expectation: this.options.expectation,
      known: this.known,
      stopped: this.stoppedBy,
      freshSince: this.freshSince(attempt),
      patSha256: this.patSha256,
    };
  }

  private answerOf(ending: UpstreamEnding): GuardAnswer {
    switch (ending.type) {
      case "answered":
        return forwarded(ending.answer);
      case "not-started":
        return errorAnswer(424, "not sent", "Nothing was sent.");
      case "failed": {
        const fix = ending.fix === undefined ? "" : `. What to do: ${ending.fix}`;
        return errorAnswer(424, "the server does not answer", `${ending.reason}${fix}`);
      }
    }
  }

  /** Some servers repeat what they were sent. */
  private withoutSecrets(answer: GuardAnswer): GuardAnswer {
    return { ...answer, body: this.secrets.reduce((rest, secret) => rest.replaceAll(secret, "(masked)"), answer.body) };
  }

  private refuse(rule: RuleId | "another-token", message: string, { method, target }: GuardRequest): GuardAnswer {
    this.counts.refused += 1;
    this.onEvent({ type: "refused", rule, message, method, path: target });
    return errorAnswer(403, rule, message);
  }
}

const WITH_INCLUDE = /^workspaces\/[\w-]+\?include=effective_tag_bindings$/;
