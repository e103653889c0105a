import { setMaxListeners } from "node:events";
import type { Dispatcher } from "undici";
import type { Clock } from "../http/pace";
import { jsonText } from "../util/json-text";
import { errorAnswer, failureAnswer, type GuardAnswer, jsonAnswer } from "./answer";
import type { GuardEvent } from "./event";
import { bases, type GuardExpectation } from "./expectation";
import { forwarded, requestHeaders } from "./forwarded";
import type { Judge } from "./judge";
import type { Known } from "./known";
import { LINK, TOKEN } from "./narrow";
import type { Pause } from "./pause";
import type { ReadAhead } from "./read-ahead";
import { exchangeOf } from "./reads";
import type { GuardRequest, Ruling, Subject } from "./ruling";
import { member } from "./same-value";
import type { Upstream, UpstreamEnding } from "./upstream";

type Send = Extract<Ruling, { type: "send" }>;

interface Sent {
  readonly ruling: Send;
  readonly ending: Exclude<UpstreamEnding, { type: "not-started" }>;
}

/** How often a PATCH is sent whose answer was lost. */
const LOSSES = 6;
/** How often a PATCH is sent whose answer says that the object is as it was. */
const DENIALS = 2;
/** How often its object is read for one write: each time it may have become too old while the write waited for its turn. */
const READINGS = 40;
/** How many times as old as usual a reading may be at most. */
const PATIENCE = 8;

export interface WritesOptions {
  readonly upstream: Upstream;
  readonly known: Known;
  readonly readAhead: ReadAhead;
  readonly judge: Judge;
  readonly basis: GuardExpectation["basis"];
  readonly pause: Pause;
  readonly clock: Clock;
  /** Those of every request of the guard's: the token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly onEvent: (event: GuardEvent) => void;
}

/** What is written to the service. */
export class Writes {
  /** The last write to each path: those to the same come one after the other. */
  private readonly underWay = new Map<string, Promise<unknown>>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: WritesOptions) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** Lets nothing pass any more; what waits is refused, and what is under way ends. */
  stop(reason: string): void {
    this.options.judge.stop(reason);
    this.stopping.abort();
  }

  /** @param gone given when nobody waits for the answer any more: what is not sent by then never is */
  async write(request: GuardRequest, url: URL, gone: AbortSignal): Promise<GuardAnswer> {
    const before = this.underWay.get(url.pathname);
    const mine = (async () => {
      await before?.catch(() => {});
      return this.decideAndSend(request, url, gone);
    })();
    this.underWay.set(url.pathname, mine);
    try {
      return await mine;
    } finally {
      if (this.underWay.get(url.pathname) === mine) this.underWay.delete(url.pathname);
    }
  }

  /**
   * What is decided is decided again at the very moment at which it would be sent, by what is known then: it may have waited for its
   * turn, a pause, or the server.
   */
  private async decideAndSend(request: GuardRequest, url: URL, gone: AbortSignal): Promise<GuardAnswer> {
    const { judge, pause } = this.options;
    const sending = new Sending(request, url, gone, this.options);
    for (let readings = 0; ; ) {
      await pause.over(AbortSignal.any([gone, this.stopping.signal]));
      if (gone.aborted) return errorAnswer(424, "not sent", "The caller has gone. Nothing was sent.");
      this.options.readAhead.refresh();
      const ruling = sending.rule();
      switch (ruling.type) {
        case "forward":
          throw new Error("a write is never forwarded unchanged");
        case "refuse":
          return judge.refuse(request, ruling.rule, ruling.message, true);
        case "leave":
          return this.leave(ruling);
        case "answer":
          return this.answerFromMemory(ruling, sending.wasSent);
        case "read-first": {
          readings += 1;
          sending.patience = Math.min(PATIENCE, sending.patience + 1);
          const failed = readings > READINGS ? tooOld(request) : await this.read(ruling);
          if (failed !== undefined) return failed;
          break;
        }
        case "send": {
          const sent = await sending.send();
          if (sent !== undefined && !isDenied(sent)) return this.conclude(request, sent.ruling, sent.ending);
          if (sent !== undefined) {
            this.options.known.lost(sent.ruling.subject, this.options.clock.now());
            sending.denials += 1;
            if (sending.denials >= DENIALS) return this.unclear(notDone(request, ruling), "not done");
          }
          if (sending.losses >= LOSSES) return this.unclear(unknown(request, ruling), "unknown");
        }
      }
    }
  }

  private leave({ subject, reason }: Extract<Ruling, { type: "leave" }>): GuardAnswer {
    this.options.readAhead.done(subject.id ?? "");
    this.options.onEvent({ type: "left", ...subject, reason });
    const { since } = bases[this.options.basis];
    const detail = `${subject.name} was not changed, because it is no longer as it was when ${since}: ${reason}. Nothing was sent; the next plan includes it.`;
    return errorAnswer(403, "left for the next plan", detail);
  }

  private answerFromMemory(
    { status, body, subject }: Extract<Ruling, { type: "answer" }>,
    wasSent: boolean,
  ): GuardAnswer {
    if (subject !== undefined) {
      this.options.readAhead.done(subject.id ?? "");
      this.options.onEvent({ type: "written", what: wasSent ? "re-pointed" : "already done", ...subject });
    }
    return jsonAnswer(status, body);
  }

  /** Reads what is to be written. @returns the answer when it cannot be read */
  private async read({ id, path, tags }: Extract<Ruling, { type: "read-first" }>): Promise<GuardAnswer | undefined> {
    const { readAhead, known, judge } = this.options;
    const bare = path.split("?", 1)[0] ?? "";
    const isRead = () => {
      const reading = known.reading({ id, path: bare });
      if (reading === undefined || reading === "gone") return reading === "gone";
      return reading.at >= judge.freshSince(1) && !(tags && reading.tags === undefined);
    };
    await readAhead.before(path, isRead);
    if (isRead()) return undefined;
    let ending = await readAhead.again(id, path);
    // A server from before tags had values takes no such `include`; the provider then goes without it, too.
    if (!tags && path !== bare && ending.type === "answered" && ending.answer.status === 400)
      ending = await readAhead.again(id, bare);
    if (ending.type !== "answered") return failureAnswer(ending);
    const { status } = ending.answer;
    if (status === 200 || status === 404) return undefined;
    return errorAnswer(
      424,
      "not sent",
      `/${bare} must be read before it is changed, but the server answered ${status}. Nothing was sent.`,
    );
  }

  private unclear(text: string, title: string): GuardAnswer {
    this.options.onEvent({ type: "note", text });
    return errorAnswer(424, title, text);
  }

  private conclude(
    request: GuardRequest,
    { subject, what }: Send,
    ending: Exclude<UpstreamEnding, { type: "not-started" }>,
  ): GuardAnswer {
    const { known, readAhead, clock, onEvent } = this.options;
    const { method, target } = request;
    if (ending.type === "failed") {
      known.lost(subject, clock.now());
      if (!ending.isUnknown) return failureAnswer(ending);
      if (method === "POST") {
        const message = `whether ${subject.name} was ${what} is unknown: ${ending.reason}`;
        this.stop(message);
        onEvent({ type: "refused", rule: "unknown", message, method, path: target });
        return errorAnswer(
          424,
          "unknown",
          `${message}. It is not sent again, and no other write follows. Make a new plan, which finds what was done.`,
        );
      }
      onEvent({ type: "note", text: `${method} /${target}: whether ${subject.name} was ${what} is unknown` });
      return failureAnswer(ending);
    }
    known.learn(exchangeOf(method, target, ending.answer));
    const { status } = ending.answer;
    if (status < 300) {
      readAhead.done(subject.id ?? "");
      onEvent({ type: "written", what, ...subject, id: subject.id ?? known.madeConnection ?? null });
    } else
      onEvent({
        type: "note",
        text: `${method} /${target}: the server answered ${status}; ${subject.name} is unchanged`,
      });
    return forwarded(ending.answer);
  }
}

/** One write, from its first decision until the server has answered. */
class Sending {
  wasSent = false;
  losses = 0;
  denials = 0;
  /** See {@link Judge.rule}. It grows with each reading that was too old when it was the write's turn. */
  patience = 0;
  /** A POST that was approved and is known not to be done: what is known says by now that it was sent. */
  private approved: Send | undefined;

  constructor(
    private readonly request: GuardRequest,
    private readonly url: URL,
    private readonly gone: AbortSignal,
    private readonly options: WritesOptions,
  ) {}

  rule(): Ruling {
    const { judge } = this.options;
    if (judge.stopped !== undefined) this.approved = undefined;
    return this.approved ?? judge.rule(this.request, Math.max(1, this.patience));
  }

  /** @returns undefined when it has to be decided again */
  async send(): Promise<Sent | undefined> {
    const { upstream, known, pause, clock, headers } = this.options;
    const { method } = this.request;
    let sent: Send | undefined;
    /** When what was known of the object was read. */
    let readAt = 0;
    let isUndone = true;
    const ending = await upstream.send({
      method: method as Dispatcher.HttpMethod,
      url: this.url,
      headers: { ...requestHeaders(this.request.headers), ...headers },
      body: () => {
        // The answer to the attempt before was lost: what it did has to be read.
        if (!isUndone || this.gone.aborted || pause.isOn) return undefined;
        const ruling = this.rule();
        if (ruling.type !== "send") return undefined;
        const { id } = ruling.subject;
        const reading = id === null ? undefined : known.reading({ id, path: this.request.target });
        readAt = reading === undefined || reading === "gone" ? 0 : reading.at;
        sent = ruling;
        isUndone = false;
        this.patience = 0;
        known.sending(ruling.subject);
        return jsonText(ruling.body);
      },
      onUndone: () => {
        isUndone = true;
        if (sent === undefined) return;
        known.lost(sent.subject, readAt);
        if (method === "POST") this.approved = sent;
      },
    });
    if (sent !== undefined && !isUndone) this.wasSent = true;
    if (ending.type !== "not-started") {
      return sent === undefined ? undefined : { ruling: sent, ending };
    }
    if (sent !== undefined && !isUndone) {
      this.losses += 1;
      known.lost(sent.subject, clock.now());
    }
    return undefined;
  }
}

/** Whether the server answers that it did what it was asked, and shows an object that does not have the token. */
function isDenied({ ruling, ending }: Sent): boolean {
  if (ending.type !== "answered" || ending.answer.status >= 300) return false;
  const sent = tokenIn(ruling.body);
  return sent !== undefined && tokenIn(ending.answer.json) !== sent;
}

function tokenIn(document: unknown): unknown {
  return ["data", "attributes", LINK, TOKEN].reduce(member, document);
}

const notDone = ({ method, target }: GuardRequest, { subject }: Send) =>
  `${method} /${target}: the server reported success ${DENIALS} times, but shows ${subject.name} without the new token. Nothing else was sent for it; ${shownBy(subject, "its state")}.`;

const unknown = ({ method, target }: GuardRequest, { subject, what }: Send) =>
  `${method} /${target}: the answer was lost ${LOSSES} times. Whether ${subject.name} was ${what} is unknown; ${shownBy(subject, "it")}.`;

/** The provider leaves a connection's token in the state also where the server did not take it, so that no plan shows that. */
const shownBy = ({ kind, id }: Subject, what: string): string =>
  kind === "connection" && id !== null
    ? "no plan shows it: repoint rotate sends it again"
    : `the next plan shows ${what}`;

const tooOld = ({ target }: GuardRequest) =>
  errorAnswer(
    424,
    "not sent",
    `/${target} was read ${READINGS} times, but each answer was too old before the change could be sent: the server is too slow. Nothing was sent.`,
  );
