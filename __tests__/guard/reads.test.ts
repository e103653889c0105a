import { Reads } from "../../lib/guard/reads";
import type { Upstream, UpstreamEnding, UpstreamRequest } from "../../lib/guard/upstream";

/** A way to the server on which nothing moves before it is told to. */
function heldUpstream() {
  const waiting: (() => void)[] = [];
  const sent: string[] = [];
  const send = async ({ url, isNeeded = () => true }: UpstreamRequest): Promise<UpstreamEnding> => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (!isNeeded()) return { type: "not-started" };
    sent.push(url.pathname);
    await new Promise<void>((resolve) => waiting.push(resolve));
    const answer = { status: 200, headers: {}, json: null, text: "", began: 0, ended: 0 };
    return { type: "answered", answer };
  };
  const next = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reads: new Reads({ send } as unknown as Upstream, new URL("https://tfe.test/api/v2/"), {}), sent, next };
}

test("what can wait is not sent where the same is asked for meanwhile", async () => {
  const { reads, sent, next } = heldUpstream();
  const later = reads.later("a", () => true);
  const now = reads.own("a");
  await next();
  expect(await later).toEqual({ type: "not-started" });
  await next();
  await next();
  expect([(await now).type, sent]).toEqual(["answered", ["/api/v2/a"]]);
});

test("who asks for what is under way already has its answer too", async () => {
  const { reads, sent, next } = heldUpstream();
  const later = reads.later("a", () => true);
  await next();
  const now = reads.own("a");
  await next();
  expect([(await later).type, (await now).type, sent]).toEqual(["answered", "answered", ["/api/v2/a"]]);
});

test("what is known by the time of its turn is not sent", async () => {
  const { reads, sent, next } = heldUpstream();
  const later = reads.later("a", () => false);
  await next();
  expect([await later, sent]).toEqual([{ type: "not-started" }, []]);
});
