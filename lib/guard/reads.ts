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

  /**
   * A read that nobody waits for yet: it comes after all that somebody waits for, and is not sent where another has asked the same by
   * then.
   *
   * @param isNeeded asked when its turn has come
   */
  later(target: string, isNeeded: () => boolean): Promise<UpstreamEnding> {
    const url = new URL(target, this.root);
    const key = keyOf("GET", url, JSON_API);
    const reading: Promise<UpstreamEnding> = this.upstream.send({
      method: "GET",
      url,
      headers: { accept: JSON_API, ...this.headers },
      urgency: "later",
      isNeeded: () => {
        const other = this.underWay.get(key);
        // Another attempt of the same.
        if (other === reading) return true;
        if (other !== undefined || !isNeeded()) return false;
        this.underWay.set(key, reading);
        return true;
      },
    });
    const end = () => {
      if (this.underWay.get(key) === reading) this.underWay.delete(key);
    };
    reading.then(end, end);
    return reading;
  }

  get(method: string, url: URL, headers: Readonly<Record<string, string>>): Promise<UpstreamEnding> {
    const key = keyOf(method, url, headers.accept);
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

const keyOf = (method: string, url: URL, accept = "") => `${method} ${url.href} ${accept}`;

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
