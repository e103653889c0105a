import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../http/pace";
import type { Address } from "./address";
import { errorAnswer, failureAnswer, type GuardAnswer, give, jsonAnswer } from "./answer";
import type { GuardEvent } from "./event";
import { forwarded, requestHeaders } from "./forwarded";
import type { ConsumerPages } from "./handed-consumers";
import { Judge } from "./judge";
import { Known } from "./known";
import type { GuardOptions } from "./options";
import { Pause } from "./pause";
import { ReadAhead } from "./read-ahead";
import { exchangeOf, Reads } from "./reads";
import { LARGEST_BODY, receive } from "./receive";
import type { GuardRequest } from "./ruling";
import { Upstream } from "./upstream";
import { Writes } from "./writes";

type ServiceAddress = Extract<Address, { type: "service" }>;

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

/** A provider that starts later than this, in milliseconds, after the last one shall see what is there by now. */
const SAME_WALK = 60_000;
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const WITH_INCLUDE = /^workspaces\/[\w-]+\?include=effective_tag_bindings$/;

/** The guarded service: what passes, what is answered, what is refused. */
export class GuardedService {
  private readonly upstream: Upstream;
  private readonly known: Known;
  private readonly reads: Reads;
  private readonly readAhead: ReadAhead;
  private readonly judge: Judge;
  private readonly writes: Writes;
  /** The answer of a server that does not take the provider's `include`. */
  private withoutInclude: GuardAnswer | undefined;
  private pingedAt: number | undefined;
  private readonly counts = { remembered: 0, written: 0, left: 0, refused: 0 };

  /** @param root the API's root upstream */
  constructor(
    options: GuardOptions,
    private readonly secrets: readonly string[],
    root: URL,
    private readonly clock: Clock,
  ) {
    const { expectation, upstream, pauseFile } = options;
    const onEvent = (event: GuardEvent) => {
      if (event.type === "written" || event.type === "left" || event.type === "refused") this.counts[event.type] += 1;
      options.onEvent(event);
    };
    const headers = { authorization: `Bearer ${upstream.token}` };
    const note = (text: string) => onEvent({ type: "note", text });
    this.upstream = new Upstream({ ...options, ...upstream, secrets, onRetry: note }, clock);
    this.known = new Known(expectation.organization);
    this.known.takeConsumers(options.consumers ?? new Map());
    this.reads = new Reads(this.upstream, root, headers);
    this.readAhead = new ReadAhead({
      isOn: options.readAhead,
      expectation,
      workspaces: options.workspaces ?? [],
      reads: this.reads,
      known: this.known,
      atOnce: options.readsAtOnce === true,
      clock,
      limit: () => this.upstream.limit,
      onEvent,
    });
    this.judge = new Judge(options, this.known, this.readAhead, clock, onEvent);
    this.writes = new Writes({
      upstream: this.upstream,
      known: this.known,
      readAhead: this.readAhead,
      judge: this.judge,
      basis: expectation.basis,
      pause: new Pause(pauseFile, (isOn) => onEvent({ type: isOn ? "paused" : "resumed" }), clock),
      clock,
      headers,
      onEvent,
    });
  }

  summary(): GuardSummary {
    return { ...this.counts, requests: this.upstream.requests, stopped: this.judge.stopped };
  }

  /** What was read of remote state consumers; nothing where every read is passed on. */
  consumers(): ConsumerPages {
    return this.readAhead.isOn ? this.known.consumerPages : new Map();
  }

  /** After this, nothing that writes passes. */
  stop(reason: string): void {
    this.writes.stop(reason);
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

  /** A request whose address is not wholly understood: as a write, it is refused like any other that is not expected. */
  refuseAddress({ method = "GET", url = "" }: IncomingMessage, response: ServerResponse, reason: string): void {
    const refused = READS.has(method)
      ? errorAnswer(400, "address", reason)
      : this.judge.refuse({ method, target: url }, "odd-path", `${method} ${url}: ${reason} Nothing was sent.`, true);
    give(response, this.withoutSecrets(refused));
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
    const isWrite = !READS.has(method);
    if (!isOurs) {
      const message = `${method} /${path}: its token is not the one that this run was started with. Nothing was sent.`;
      return this.judge.refuse(request, "another-token", message, isWrite);
    }
    if (body === undefined) {
      const message = `${method} /${path}: its body is larger than ${LARGEST_BODY / 2 ** 20} MiB. Nothing was sent.`;
      return this.judge.refuse(request, "unreadable-body", message, isWrite);
    }
    return isWrite ? this.writes.write(request, upstream, gone) : this.read(request, upstream);
  }

  private async read(request: GuardRequest, url: URL): Promise<GuardAnswer> {
    const ruling = this.judge.rule(request);
    if (ruling.type === "refuse") return this.judge.refuse(request, ruling.rule, ruling.message, false);
    if (request.target === "ping") this.startAnew();
    const remembered = await this.recall(request);
    if (remembered !== undefined) {
      this.counts.remembered += 1;
      return remembered;
    }
    const { method, target, headers } = request;
    const ending = await this.reads.get(method, url, requestHeaders(headers));
    if (ending.type !== "answered") return failureAnswer(ending);
    this.known.learn(exchangeOf(method, target, ending.answer));
    const answer = forwarded(ending.answer);
    if (answer.status === 400 && WITH_INCLUDE.test(target)) this.withoutInclude = answer;
    return answer;
  }

  /**
   * Each provider pings once, as it starts (go-tfe, `NewClient`). A plan and an apply, or two plans, behind one guard have a provider
   * each: what was read for the first is not shown to the second.
   */
  private startAnew(): void {
    const now = this.clock.now();
    if (this.pingedAt !== undefined && now - this.pingedAt > SAME_WALK) {
      this.known.forget(now);
      this.readAhead.restart();
    }
    this.pingedAt = now;
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
    if (method !== "GET" || this.withoutInclude === undefined) return undefined;
    // The provider then asks again without it (resource_tfe_workspace.go, `ErrInvalidIncludeValue`).
    if (WITH_INCLUDE.test(target)) return this.withoutInclude;
    const id = /^workspaces\/([\w-]+)$/.exec(target)?.[1];
    const shown = id === undefined ? undefined : this.known.shown(id);
    return shown === undefined ? undefined : jsonAnswer(200, shown);
  }

  /** Some servers repeat what they were sent. */
  private withoutSecrets(answer: GuardAnswer): GuardAnswer {
    return { ...answer, body: this.secrets.reduce((rest, secret) => rest.replaceAll(secret, "(masked)"), answer.body) };
  }
}
