import { createPace } from "../../lib/http/pace";
import { FakeClock } from "../tfe/support";

/** When each of so many requests started. */
async function starts(count: number, pace: ReturnType<typeof createPace>, clock: FakeClock): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    await pace.turn();
    times.push(Math.round(clock.now()));
  }
  return times;
}

it("lets a quarter of a second's worth start at once, then spaces evenly", async () => {
  const clock = new FakeClock();
  expect(await starts(6, createPace(8, clock), clock)).toEqual([0, 0, 0, 125, 250, 375]);
});

it("starts no more than one second's worth in any second, whatever the limit, and loses nothing of it", async () => {
  for (const limit of [1, 3, 10, 30, 100]) {
    const clock = new FakeClock();
    const times = await starts(limit * 4, createPace(limit, clock), clock);
    for (const from of times) {
      const within = times.filter((time) => time >= from && time < from + 1000).length;
      expect(within).toBeLessThanOrEqual(limit);
    }
    expect(times.at(-1)).toBeLessThan(4000);
  }
});

it("starts no more than that either when many ask at once, or when some have waited through a pause", async () => {
  const clock = new FakeClock();
  const pace = createPace(10, clock);
  const times: number[] = [];
  const turns = Array.from({ length: 35 }, async (_, index) => {
    await pace.turn();
    times.push(clock.now());
    if (index === 4) pace.pause(700);
  });
  await Promise.all(turns);
  expect(times).toHaveLength(35);
  for (const from of times) expect(times.filter((time) => time >= from && time < from + 1000).length).toBeLessThan(11);
});

it("takes no more than the burst from a long rest", async () => {
  const clock = new FakeClock();
  const pace = createPace(8, clock);
  await pace.turn();
  await clock.sleep(60_000);
  const times = await starts(5, pace, clock);
  expect(times.map((time) => time - 60_000)).toEqual([0, 0, 0, 125, 250]);
});

it("is silent while it is paused, also for who waits already, and the longest pause counts", async () => {
  const clock = new FakeClock();
  const pace = createPace(100, clock);
  pace.pause(5000);
  pace.pause(1000);
  await Promise.all([pace.turn(), pace.turn()]);
  expect(clock.now()).toBeGreaterThanOrEqual(5000);
});

it("keeps to a limit that it is told later", async () => {
  const clock = new FakeClock();
  const pace = createPace(1000, clock);
  pace.limit(4);
  expect(await starts(4, pace, clock)).toEqual([0, 0, 250, 500]);
});

it("gives every turn to who waits now, in order, before who can wait", async () => {
  const pace = createPace(1, new FakeClock());
  const order: string[] = [];
  const urgencies = ["later", "later", "now", "later", "now"] as const;
  await Promise.all(
    urgencies.map(async (urgency, index) => {
      await pace.turn(urgency);
      order.push(`${urgency} ${index}`);
    }),
  );
  expect(order).toEqual(["now 2", "now 4", "later 0", "later 1", "later 3"]);
});
