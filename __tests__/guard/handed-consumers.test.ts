import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handConsumers, handedConsumers } from "../../lib/guard/handed-consumers";

const folder = mkdtempSync(join(tmpdir(), "repoint-consumers-"));
const file = join(folder, "plan", "consumers.json");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("hands what a plan read to its apply", () => {
  const pages = new Map([
    ["workspaces/ws-1/relationships/remote-state-consumers", { data: [{ id: "ws-2", type: "workspaces" }], meta: {} }],
  ]);
  expect(handedConsumers(file)).toEqual(new Map());
  expect(handConsumers(file, pages)).toBeUndefined();
  expect(handedConsumers(file)).toEqual(pages);
});

it.each([
  ["another version", (text: string) => text.replace('"version":1', '"version":2')],
  ["half a file", (text: string) => text.slice(0, 40)],
  ["pages without ids", (text: string) => text.replace('"id":"ws-2"', '"id":2')],
])("says that %s is not used", (_, change) => {
  handConsumers(file, new Map([["workspaces/ws-1/relationships/remote-state-consumers", { data: [{ id: "ws-2" }] }]]));
  writeFileSync(file, change(readFileSync(file, "utf8")));
  expect(handedConsumers(file)).toMatch(
    /^NOTE {5}The remote state consumers that the plan read are not used: .*consumers\.json.*\. The apply reads them again\.$/,
  );
});

it("does without where it cannot be written", () => {
  const blocked = join(folder, "file");
  writeFileSync(blocked, "");
  expect(handConsumers(join(blocked, "consumers.json"), new Map())).toMatch(/is a file; a folder is expected/);
});
