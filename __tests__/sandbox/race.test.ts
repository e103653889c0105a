import fc from "fast-check";
import { failureRate, gitlabLog, simulateRace, tfeLog } from "../../sandbox/race";

const burst = { webhooks: 50, latencyMs: 60_000, connection: "oauth", seed: 1 } as const;

it("lets one refresh of a token win and refuses the others that present it", () => {
  fc.assert(
    fc.property(
      fc.record({
        webhooks: fc.integer({ min: 1, max: 200 }),
        latencyMs: fc.integer({ min: 1, max: 120_000 }),
        workers: fc.integer({ min: 1, max: 50 }),
        seed: fc.nat(),
      }),
      (options) => {
        const { refreshes, failed, lost } = simulateRace({ ...options, connection: "oauth" });
        expect(refreshes).toHaveLength(options.webhooks);
        const winners = new Map<number, number>();
        for (const { token, granted, start, end } of refreshes) {
          expect(end).toBeGreaterThan(start);
          if (granted) winners.set(token, (winners.get(token) ?? 0) + 1);
        }
        expect([...winners.values()].every((count) => count === 1)).toBe(true);
        // Each winner's token is the one that the winner before it got.
        expect([...winners.keys()].sort((a, b) => a - b)).toEqual([...winners.keys()].map((_, index) => index));
        expect(failed).toBe(refreshes.filter(({ granted }) => !granted).length);
        expect(lost).toBe(failed > 0);
      },
    ),
  );
});

it("with previous_refresh_token, several may win with one token, until what one of them got is used", () => {
  const { refreshes } = simulateRace({ ...burst, previousRefreshToken: true });
  const ofFirst = refreshes.filter(({ token }) => token === 0);
  const firstUse = Math.min(...ofFirst.filter(({ granted }) => granted).map(({ end }) => end));
  expect(ofFirst.filter(({ granted }) => granted).length).toBeGreaterThan(1);
  for (const { granted, end } of ofFirst) if (!granted) expect(end).toBeGreaterThan(firstUse);
});

it("never fails a single webhook, one at a time, or a personal access token", () => {
  expect(simulateRace({ ...burst, webhooks: 1 }).failed).toBe(0);
  expect(simulateRace({ ...burst, workers: 1 }).failed).toBe(0);
  expect(simulateRace({ ...burst, connection: "pat" })).toEqual({ refreshes: [], failed: 0, lost: false });
});

it("fails more as bursts and latencies grow", () => {
  const rate = (webhooks: number, latencyMs: number) => failureRate({ ...burst, webhooks, latencyMs }, 20);
  expect(rate(5, 100)).toBeLessThan(rate(50, 100));
  expect(rate(25, 100)).toBeLessThan(rate(25, 5_000));
  expect(rate(50, 60_000)).toBeGreaterThan(0.9);
});

it("writes the logs of both sides, the same for the same seed", () => {
  const outcome = simulateRace({ ...burst, webhooks: 3 });
  const options = { seed: 1, from: new Date(0), format: "new" } as const;
  const lines = gitlabLog(outcome, options)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(gitlabLog(outcome, options)).toBe(gitlabLog(outcome, options));
  expect(new Set(lines.map((line) => line.refresh_token_hash)).size).toBe(1);
  expect(lines.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  const old = gitlabLog(outcome, { ...options, format: "old" });
  expect(old).toContain("Doorkeeper::TokensController");
  expect(old).toContain('"status":401');
  const atlas = tfeLog(outcome, options).split("\n").filter(Boolean);
  expect(atlas.filter((line) => line.includes("[INFO]") && line.includes("/webhooks/vcs/"))).toHaveLength(3);
  expect(atlas.filter((line) => line.includes("[ERROR]"))).toHaveLength(4);
  expect([...atlas].sort((a, b) => (a.slice(0, 19) < b.slice(0, 19) ? -1 : 1))).toEqual(atlas);
});
