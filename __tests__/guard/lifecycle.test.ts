import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fleet, patchOf, read, repoint, startFleet, writesOf } from "./fleet";
import { closeGuards, type Guarded, type GuardedOptions, guarded, refusalOf, upstreamOf } from "./support";

let fleet: Fleet;
let folder: string;
let pauseFile: string;
beforeEach(async () => {
  fleet = await startFleet({ fleet: 8 });
  folder = mkdtempSync(join(tmpdir(), "repoint-guard-"));
  pauseFile = join(folder, "pause");
});
afterEach(async () => {
  await closeGuards();
  await fleet.sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (options: Partial<GuardedOptions> = {}): Promise<Guarded> =>
  guarded({ upstream: upstreamOf(fleet.sandbox), expectation: fleet.expectation, pauseFile, ...options });
const pause = () => writeFileSync(pauseFile, "");
const resume = () => rmSync(pauseFile);
const link = (nth: number) => fleet.links[nth] ?? fleet.links[0] ?? { id: "", path: "" };
/** Waits for something that comes, however long it takes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
const types = ({ events }: Guarded) => events.map(({ type }) => type);
const paused = (behind: Guarded) => until(() => types(behind).includes("paused"));

/** A write that the server is at, and one that a pause holds. */
async function twoWrites(behind: Guarded) {
  const [first, second] = [await read(behind, link(0).id), await read(behind, link(1).id)];
  fleet.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 300 } });
  const underWay = behind.ask("PATCH", link(0).path, { body: patchOf(first.body, fleet.token) });
  await until(() => fleet.sandbox.log.writes.length > 0);
  pause();
  const waiting = behind.ask("PATCH", link(1).path, { body: patchOf(second.body, fleet.token) });
  await paused(behind);
  return { underWay, waiting };
}

test("a pause holds writes, not reads, and is told once", async () => {
  const behind = await start();
  await read(behind, link(0).id);
  pause();
  const held = Promise.all([0, 1, 2].map((nth) => repoint(behind, link(nth).id, fleet.token)));
  await paused(behind);
  expect((await read(behind, link(3).id)).status).toBe(200);
  expect(writesOf(fleet.sandbox)).toEqual([]);
  resume();
  expect((await held).map(({ patched }) => patched.status)).toEqual([200, 200, 200]);
  expect(types(behind)).toEqual(["paused", "resumed", "written", "written", "written"]);
});

test("what has gone away while it waited is never sent", async () => {
  const behind = await start();
  const { body } = await read(behind, link(0).id);
  pause();
  const gone = new AbortController();
  const lost = behind
    .ask("PATCH", link(0).path, { body: patchOf(body, fleet.token), signal: gone.signal })
    .catch((error: Error) => error.name);
  await paused(behind);
  gone.abort();
  expect(await lost).toBe("AbortError");
  resume();
  expect((await repoint(behind, link(1).id, fleet.token)).patched.status).toBe(200);
  expect(writesOf(fleet.sandbox).map(([, path]) => path)).toEqual([link(1).path]);
});

test("what is under way when its caller goes away ends, and is told", async () => {
  const behind = await start();
  const { body } = await read(behind, link(0).id);
  fleet.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 300 } });
  const gone = new AbortController();
  const lost = behind
    .ask("PATCH", link(0).path, { body: patchOf(body, fleet.token), signal: gone.signal })
    .catch((error: Error) => error.name);
  await until(() => fleet.sandbox.log.writes.length > 0);
  gone.abort();
  expect(await lost).toBe("AbortError");
  await until(() => types(behind).includes("written"));
});

test("a stop refuses what waits and what comes, and lets end what is under way", async () => {
  const behind = await start();
  const { underWay, waiting } = await twoWrites(behind);
  behind.guard.stop("the run was interrupted");
  expect(refusalOf(await waiting)).toEqual([
    403,
    "Repoint's guard: stopped",
    expect.stringMatching(/^PATCH \/workspaces\/ws-\w+: no more writes are sent: the run was interrupted\.$/),
  ]);
  expect((await underWay).status).toBe(200);
  expect((await read(behind, link(1).id)).status).toBe(200);
  expect(behind.guard.summary()).toEqual({
    requests: 4,
    remembered: 0,
    written: 1,
    left: 0,
    refused: 0,
    stopped: "the run was interrupted",
  });
});

test("closing lets end what is under way, and refuses what waits", async () => {
  const behind = await start();
  const { underWay, waiting } = await twoWrites(behind);
  await closeGuards();
  expect([(await underWay).status, (await waiting).status]).toEqual([200, 403]);
  await expect(read(behind, link(1).id)).rejects.toThrow();
});

test("writes to the same place come one after the other", async () => {
  const behind = await start();
  const { body } = await read(behind, link(0).id);
  fleet.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 200 } });
  const send = () => behind.ask("PATCH", link(0).path, { body: patchOf(body, fleet.token) });
  expect((await Promise.all([send(), send(), send()])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(writesOf(fleet.sandbox)).toHaveLength(1);
  expect(behind.events.map((event) => event.type === "written" && event.what)).toEqual([
    "re-pointed",
    "already done",
    "already done",
  ]);
});
