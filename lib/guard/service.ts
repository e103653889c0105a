import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../http/pace";
import type { Address } from "./address";
import { errorAnswer, type GuardAnswer, give } from "./answer";
import type { GuardEvent } from "./event";
import { forwarded, requestHeaders } from "./forwarded";
import type { GuardOptions } from "./options";
import { LARGEST_BODY, receive } from "./receive";
import { Upstream, type UpstreamEnding } from "./upstream";

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
  /** The rule that stopped the run; undefined while it goes on. */
  readonly stopped: string | undefined;
}

/** The guarded service: what passes, what is answered, what is refused. */
export class GuardedService {
  private readonly upstream: Upstream;
  private readonly onEvent: (event: GuardEvent) => void;
  /** Reads under way, by what they ask for. */
  private readonly reads = new Map<string, Promise<UpstreamEnding>>();
  private stopped: { readonly rule: string; readonly reason: string } | undefined;
  private readonly counts = { remembered: 0, written: 0, left: 0, refused: 0 };

  constructor(
    private readonly options: GuardOptions,
    private readonly secrets: readonly string[],
    clock: Clock,
  ) {
    this.onEvent = options.onEvent;
    this.upstream = new Upstream(
      {
        ...options,
        ...options.upstream,
        secrets,
        onRetry: (text) => this.onEvent({ type: "note", text }),
      },
      clock,
    );
  }

  summary(): GuardSummary {
    return { ...this.counts, requests: this.upstream.requests, stopped: this.stopped?.rule };
  }

  /** After this, no write passes. */
  stop(reason: string): void {
    this.stopped ??= { rule: "stopped", reason };
  }

  /** @param isOurs whether it carries the token that the guard was started for */
  async serve(
    address: ServiceAddress,
    request: IncomingMessage,
    response: ServerResponse,
    isOurs: boolean,
  ): Promise<void> {
    const method = request.method ?? "GET";
    const body = await receive(request);
    const isRead = method === "GET" && body?.length === 0;
    const refuse = (rule: string, message: string) =>
      give(response, this.refuse(rule, message, method, address, !isRead));
    if (!isOurs) refuse("another-token", "The request carries another token than this run was started with.");
    else if (body === undefined) refuse("body", `The request's body is larger than ${LARGEST_BODY / 2 ** 20} MiB.`);
    else if (isRead) give(response, await this.read(address, request));
    else refuse("plan-writes-nothing", "A plan changes nothing on the server, so no write passes.");
  }

  /** Ends at once. */
  async close(): Promise<void> {
    await this.upstream.close();
  }

  /** Requests for the same thing at the same time are one. */
  private async read(address: ServiceAddress, request: IncomingMessage): Promise<GuardAnswer> {
    const headers = requestHeaders(request.headers);
    const key = `${address.upstream.href} ${headers.accept ?? ""}`;
    let reading = this.reads.get(key);
    if (reading === undefined) {
      reading = this.upstream
        .send({ method: "GET", url: address.upstream, headers: this.authorized(headers) })
        .finally(() => this.reads.delete(key));
      this.reads.set(key, reading);
    }
    return this.answerOf(await reading);
  }

  private answerOf(ending: UpstreamEnding): GuardAnswer {
    switch (ending.type) {
      case "answered":
        return forwarded(ending.answer, this.secrets);
      case "not-started":
        return errorAnswer(424, "not sent", "The guard is being closed; nothing was sent.");
      case "failed":
        return errorAnswer(424, "the server does not answer", [ending.reason, ending.fix].join(". "));
    }
  }

  private authorized(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return { ...headers, authorization: `Bearer ${this.options.upstream.token}` };
  }

  private refuse(rule: string, message: string, method: string, { path }: ServiceAddress, stops: boolean): GuardAnswer {
    const now = stops && this.stopped !== undefined ? this.stopped : { rule, reason: message };
    if (stops) this.stopped ??= { rule, reason: message };
    this.counts.refused += 1;
    this.onEvent({ type: "refused", rule: now.rule, message: now.reason, method, path });
    return errorAnswer(403, now.rule, now.reason);
  }
}
