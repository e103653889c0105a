import type { Dispatcher } from "undici";
import type { Exchange } from "./known";
import type { Upstream, UpstreamAnswer, UpstreamEnding } from "./upstream";

const JSON_API = "application/vnd.api+json";

/** What is read of the service: each thing once at a time, however many ask for it. */
export class Reads {
  private readonly underWay = new Map<string, Promise<UpstreamEnding>>();
  /** How long the last answer took, in milliseconds. */
  took = 0;

  /** @param headers those of every request of ours: the token */
  constructor(
    private readonly upstream: Upstream,
    private readonly root: URL,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** A read of the guard's own. @param target below the API's root */
  own(target: string): Promise<UpstreamEnding> {
    return this.get("GET", new URL(target, this.root), { accept: JSON_API });
  }

  get(method: string, url: URL, headers: Readonly<Record<string, string>>): Promise<UpstreamEnding> {
    const key = `${method} ${url.href} ${headers.accept ?? ""}`;
    const known = this.underWay.get(key);
    if (known !== undefined) return known;
    const reading = this.upstream
      .send({ method: method as Dispatcher.HttpMethod, url, headers: { ...headers, ...this.headers } })
      .then((ending) => {
        if (ending.type === "answered") this.took = ending.answer.ended - ending.answer.began;
        return ending;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, reading);
    return reading;
  }
}

/** What an answer says, for what is known. */
export const exchangeOf = (
  method: string,
  target: string,
  { status, json, began, ended }: UpstreamAnswer,
): Exchange => ({
  method,
  target,
  status,
  body: json,
  sentAt: began,
  answeredAt: ended,
});
