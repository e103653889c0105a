import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Stage, startStage } from "./support";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ seed: 3, fleet: 12 });
  stage.wish({ waves: [{ name: "canary", percent: 40 }], through: "canary" });
  await stage.repoint("inventory", "sandbox");
});
afterAll(() => stage.close());

const runs = () => join(stage.folder, ".repoint", "sandbox");
const journal = (event: string, details: object = {}) => {
  mkdirSync(runs(), { recursive: true });
  appendFileSync(
    join(runs(), "journal.jsonl"),
    `${JSON.stringify({ version: 1, at: "2026-11-01T00:00:00.000Z", event, ...details })}\n`,
  );
};
const status = async () => (await stage.repoint("status", "sandbox")).stdout;
const next = async () => (await status()).split("\n").find((line) => line.startsWith("Next: "));

/** Every covered workspace on the new connection, as an apply leaves them. */
function moveCanary(): void {
  const file = join(stage.folder, "inventory", "sandbox.json");
  const inventory = JSON.parse(readFileSync(file, "utf8"));
  const [old] = inventory.connections.filter(({ id }: { id: string }) => id === "oc-SandboxOAuth0001");
  inventory.connections.push({
    ...old,
    id: "oc-NewConnection0001",
    name: "GitLab (PAT)",
    key: null,
    tokens: [{ ...old.tokens[0], id: "ot-NewConnection0001" }],
  });
  for (const attachment of inventory.attachments) {
    if (attachment.adopted) attachment.vcsRepo.oauthTokenId = "ot-NewConnection0001";
  }
  writeFileSync(file, JSON.stringify(inventory, null, 2));
}

it("does not go past an apply that nothing has verified, nor past a verification that failed", async () => {
  moveCanary();
  expect(await next()).toMatch(/^Next: set through: rest in /);

  journal("apply.started");
  journal("apply.finished");
  expect(await next()).toBe("Next: repoint verify sandbox (nothing has verified the last apply yet)");

  const failed = { kind: "workspace", id: "ws-1", name: "network", wave: "canary", detail: "branch differs" };
  const verification = { version: 1, at: "2026-11-01T00:00:00.000Z", planSha256: null, proven: [], problems: [] };
  const write = (record: object) =>
    writeFileSync(join(runs(), "verification.json"), JSON.stringify({ ...verification, ...record }));
  write({ ok: false, failed: [{ ...failed, byPlan: false }] });
  journal("verify.finished", { ok: false });
  const screen = await status();
  expect(screen).toContain("1 failed the last verification");
  expect(screen).toContain("  workspace network (ws-1): branch differs");
  expect(await next()).toBe("Next: repoint verify sandbox says what to do about each failure; go on when it passes");

  write({ ok: false, failed: [{ ...failed, byPlan: true }] });
  expect(await next()).toBe("Next: repoint plan sandbox");

  write({ ok: true, failed: [] });
  journal("verify.finished", { ok: true });
  expect(await status()).toContain("last verification 2026-11-01T00:00:00.000Z: all well");
  expect(await next()).toMatch(/^Next: set through: rest in /);
});
