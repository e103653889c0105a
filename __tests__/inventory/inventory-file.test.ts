import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../lib/errors";
import { inventoryPath, loadInventory, saveInventory } from "../../lib/inventory/inventory-file";
import { inventory, NEW, workspace } from "../migration/fixtures";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "repoint-inventory-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const some = inventory([workspace(1), workspace(2, { token: NEW.token, settings: { description: "“quoted”\n${x}" } })]);
const problems = () => {
  try {
    loadInventory(root, "acme");
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
};
const write = (content: string) => {
  mkdirSync(join(root, "inventory"));
  writeFileSync(inventoryPath(root, "acme"), content);
};

it("is not there before the first reading", () => {
  expect(loadInventory(root, "acme")).toBeUndefined();
});

it("reads back as it was written, and is left alone when nothing changed", () => {
  expect(saveInventory(root, "acme", some)).toBe(true);
  expect(loadInventory(root, "acme")).toEqual(some);
  expect(saveInventory(root, "acme", some)).toBe(false);
  expect(readdirSync(join(root, "inventory"))).toEqual(["acme.json"]);
  expect(readFileSync(inventoryPath(root, "acme"), "utf8")).toBe(`${JSON.stringify(some, null, 2)}\n`);
});

it("is alone again after runs that were killed while they wrote it", () => {
  write("{}");
  const others = [".acme.json.json.0123456789ab.tmp", ".acme.yaml.0123456789ab.tmp"];
  for (const name of [".acme.json.0123456789ab.tmp", ...others]) writeFileSync(join(root, "inventory", name), '{"ver');
  saveInventory(root, "acme", some);
  expect(readdirSync(join(root, "inventory")).sort()).toEqual([...others, "acme.json"].sort());
});

it("is the same bytes in whatever order a record's keys came", () => {
  saveInventory(root, "acme", some);
  const turn = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turn)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, turn(inner)]),
          )
        : value;
  const turned = Object.assign({ ...some }, turn(some));
  expect(Object.keys(turned.resources[0] ?? {})[0]).toBe("settings");
  expect(saveInventory(root, "acme", turned)).toBe(false);
});

it("names a file that is cut off, wherever it was", () => {
  saveInventory(root, "acme", some);
  const file = inventoryPath(root, "acme");
  const { length } = readFileSync(file);
  for (const size of [length - 2, Math.floor(length / 2), 1, 0]) {
    truncateSync(file, size);
    expect(problems()).toEqual([
      {
        rule: "inventory/unreadable",
        file: "inventory/acme.json",
        message: size === 0 ? "it is empty" : "it is not valid JSON: cut off or damaged",
        fix: "restore it from version control: it contains the baselines for undoing every move",
      },
    ]);
  }
});

it("names a format that is newer than this program", () => {
  write(JSON.stringify({ ...some, version: 4, more: true }));
  expect(problems()).toEqual([
    {
      rule: "inventory/version",
      file: "inventory/acme.json",
      path: "version",
      message: "this is version 4 of the format; this program reads version 3",
      fix: "use a newer Repoint",
    },
  ]);
});

it.each(["null", "[]", '"text"', "{}", '{"version":1}'])("refuses what is no inventory: %s", (content) => {
  write(content);
  expect(new Set(problems().map(({ rule }) => rule))).toEqual(new Set(["inventory/schema"]));
});

it("reads the file of an earlier program: its baselines are all that there is", () => {
  const { modulesInPlace: _, ownConnections: __, stackComponents: ___, ...earlier } = some;
  write(JSON.stringify({ ...earlier, registryModulePatch: true }));
  expect(loadInventory(root, "acme")).toEqual({
    ...some,
    modulesInPlace: null,
    ownConnections: [],
    stackComponents: [],
  });
});

it.each([1, 2])("reads version %s, which knows nothing of a PAT", (version) => {
  const { pat: _, resources, ...earlier } = some;
  write(JSON.stringify({ ...earlier, version, [version === 1 ? "attachments" : "resources"]: resources }));
  expect(loadInventory(root, "acme")).toEqual(some);
});

it("keeps what GitLab said of the PAT, and changes nothing else for it", () => {
  const pat = {
    readAt: "2026-11-28T10:00:00.000Z",
    apiUrl: "https://gitlab.example.com/api/v4",
    tokenId: 7,
    usable: true,
    reason: null,
    expiresAt: "2027-11-27",
  };
  saveInventory(root, "acme", { ...some, pat });
  expect(loadInventory(root, "acme")).toEqual({ ...some, pat });
});

it("says where a record is not as it must be, ten times at most", () => {
  const [first, second] = some.resources;
  write(JSON.stringify({ ...some, resources: [first, { ...second, adopted: "yes" }] }));
  expect(problems()).toMatchObject([{ rule: "inventory/schema", path: "resources.1.adopted" }]);
  rmSync(join(root, "inventory"), { recursive: true });
  write(JSON.stringify({ ...some, resources: Array.from({ length: 50 }, () => ({})) }));
  expect(problems()).toHaveLength(10);
});
