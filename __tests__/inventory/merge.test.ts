import fc from "fast-check";
import { mergeInventory } from "../../lib/inventory/merge";
import { Inventory } from "../../lib/inventory/schema";
import type { Baseline } from "../../lib/kinds/record";
import { connection, NEW, OLD, OTHER, vcsRepo } from "../migration/fixtures";
import { reading, readings, rereading, resource, SERVER } from "../migration/readings";

const first = new Date("2026-02-01T00:00:00Z");
const later = new Date("2026-03-01T00:00:00Z");

/** As a file keeps it: written, then read back through the schema. */
const filed = (inventory: Inventory): Inventory => Inventory.parse(JSON.parse(JSON.stringify(inventory)));
const bytes = (inventory: Inventory): string => JSON.stringify(inventory, null, 2);

describe("at first sight", () => {
  it("records the address, the name, the connection and the link as the baseline", () => {
    const [record] = mergeInventory(
      undefined,
      reading([resource("workspace", 1, vcsRepo(OLD.token, { branch: "main" }))]),
      first,
    ).resources;
    expect(record?.baseline).toEqual({
      address: "workspace_1_ws_0000000000000001",
      name: "workspace-1",
      connectionId: OLD.connection,
      vcsRepo: vcsRepo(OLD.token, { branch: "main" }),
    });
    expect(record).toMatchObject({ adopted: false, gone: false });
  });

  it("waits for a link before there is a baseline", () => {
    const unlinked = mergeInventory(undefined, reading([resource("stack", 1, null)]), first);
    expect(unlinked.resources[0]).not.toHaveProperty("baseline");
    const linked = mergeInventory(unlinked, reading([resource("stack", 1, vcsRepo(OLD.token))]), later);
    expect(linked.resources[0]?.baseline?.connectionId).toBe(OLD.connection);
  });

  it("knows the connection of a token that only an earlier reading listed", () => {
    const all = mergeInventory(undefined, reading([]), first);
    const without = reading([resource("workspace", 1, vcsRepo(OTHER.token))], { connections: [] });
    expect(mergeInventory(all, without, later).resources[0]?.baseline?.connectionId).toBe(OTHER.connection);
    expect(mergeInventory(undefined, without, later).resources[0]?.baseline?.connectionId).toBeNull();
  });
});

describe("afterwards", () => {
  const before = mergeInventory(
    undefined,
    reading([
      resource("workspace", 1, vcsRepo(OLD.token)),
      resource("policy-set", 1, vcsRepo(OLD.token)),
      resource("workspace", 2, null),
    ]),
    first,
  );

  it("refreshes what is not recorded for good", () => {
    const after = mergeInventory(
      before,
      reading([resource("workspace", 1, vcsRepo(NEW.token, { branch: "develop" }), "renamed")]),
      later,
    );
    const [record] = after.resources;
    expect(record).toMatchObject({ name: "renamed", vcsRepo: { oauthTokenId: NEW.token, branch: "develop" } });
    expect(record?.baseline).toEqual(before.resources[0]?.baseline);
    expect(after.changedAt).toBe(later.toISOString());
  });

  it("marks what is not found any more as gone, and forgets what never had a link", () => {
    const after = mergeInventory(before, reading([]), later);
    expect(after.resources.map(({ kind, name, gone }) => [kind, name, gone])).toEqual([
      ["workspace", "workspace-1", true],
      ["policy-set", "policy-set-1", true],
    ]);
    const again = mergeInventory(after, reading([resource("workspace", 1, vcsRepo(OLD.token))]), later);
    expect(again.resources[0]).toEqual(before.resources[0]);
  });

  it("leaves a kind alone whose list cannot be read", () => {
    const after = mergeInventory(before, reading([], { unavailableKinds: ["policy-set"] }), later);
    expect(after.unavailableKinds).toEqual(["policy-set"]);
    expect(after.resources.map(({ kind, gone }) => [kind, gone])).toEqual([
      ["workspace", true],
      ["policy-set", false],
    ]);
  });

  it("keeps the last link of what has lost its link, for as long as it has none", () => {
    const lost = reading([resource("workspace", 1, null)]);
    const once = mergeInventory(before, lost, later);
    expect(once.resources[0]).toMatchObject({ vcsRepo: null, lastVcsRepo: vcsRepo(OLD.token) });
    expect(mergeInventory(once, lost, later)).toEqual(once);
    const back = mergeInventory(once, reading([resource("workspace", 1, vcsRepo(NEW.token))]), later);
    expect(back.resources[0]).not.toHaveProperty("lastVcsRepo");
  });

  it("marks a deleted connection as gone and keeps its tokens", () => {
    const after = mergeInventory(before, reading([], { connections: [] }), later);
    expect(after.connections.map(({ id, gone, tokens }) => [id, gone, tokens.map((token) => token.id)])).toEqual([
      [NEW.connection, true, [NEW.token]],
      [OLD.connection, true, [OLD.token]],
      [OTHER.connection, true, [OTHER.token]],
    ]);
  });

  it("remembers whether modules are re-pointed in place for as long as the server is the same one", () => {
    const modulesInPlace = { server: SERVER, inPlace: false, module: "vpc", answer: "it answered 405" };
    const known = { ...before, modulesInPlace };
    expect(mergeInventory(known, reading([]), later).modulesInPlace).toEqual(modulesInPlace);
    expect(
      mergeInventory(known, reading([], { server: "Terraform Enterprise 1.2.0" }), later).modulesInPlace,
    ).toBeNull();
  });

  it("holds the Stack components of the last reading alone, by id", () => {
    const component = (id: string) => ({ id, name: id, vcsRepo: vcsRepo(OLD.token) });
    const known = mergeInventory(before, reading([], { stackComponents: ["b", "a"].map(component) }), later);
    expect(known.stackComponents.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(mergeInventory(known, reading([]), later).stackComponents).toEqual([]);
  });

  it("sorts by kind, then id, in whatever order the lists came", () => {
    const some = [
      resource("stack", 1, vcsRepo(OLD.token)),
      resource("workspace", 2, vcsRepo(OLD.token)),
      resource("workspace", 1, vcsRepo(OLD.token)),
    ];
    const { projects, connections } = reading([]);
    const turned = reading([...some].reverse(), {
      projects: [...projects].reverse(),
      connections: [...connections].reverse(),
    });
    expect(bytes(mergeInventory(undefined, turned, first))).toBe(
      bytes(mergeInventory(undefined, reading(some), first)),
    );
  });

  it("notices a change of a connection alone", () => {
    const { gone: _, ...old } = connection(OLD, "GitLab, renamed");
    const changed = mergeInventory(before, { ...rereading(before), connections: [old] }, later);
    expect(changed.changedAt).toBe(later.toISOString());
  });
});

const series = fc.array(fc.record({ reading: readings, adopted: fc.func(fc.boolean()), file: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

/** Runs a series of readings; between them the file is read back or not, and resources are adopted at random. */
function runAll(
  steps: readonly { reading: Parameters<typeof mergeInventory>[1]; adopted: (id: string) => boolean; file: boolean }[],
): Inventory[] {
  const states: Inventory[] = [];
  let state: Inventory | undefined;
  for (const [index, step] of steps.entries()) {
    const merged = mergeInventory(state, step.reading, new Date(Date.UTC(2026, 0, index + 1)));
    const adopted: Inventory = {
      ...merged,
      resources: merged.resources.map((record) =>
        record.baseline !== undefined && step.adopted(record.id) ? { ...record, adopted: true } : record,
      ),
    };
    state = step.file ? filed(adopted) : adopted;
    states.push(state);
  }
  return states;
}

describe("whatever the order of runs", () => {
  it("loses and changes no baseline", () => {
    fc.assert(
      fc.property(series, (steps) => {
        const known = new Map<string, Baseline>();
        for (const { resources } of runAll(steps)) {
          const now = new Map(resources.map(({ id, baseline }) => [id, baseline]));
          for (const [id, baseline] of known) expect(now.get(id)).toEqual(baseline);
          for (const [id, baseline] of now) if (baseline !== undefined) known.set(id, baseline);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes no adoption back", () => {
    fc.assert(
      fc.property(series, (steps) => {
        const adopted = new Set<string>();
        for (const { resources } of runAll(steps)) {
          const now = new Set(resources.filter((record) => record.adopted).map(({ id }) => id));
          for (const id of adopted) expect(now).toContain(id);
          for (const id of now) adopted.add(id);
        }
      }),
    );
  });

  it("knows each resource and each connection once", () => {
    fc.assert(
      fc.property(series, (steps) => {
        for (const { resources, connections } of runAll(steps)) {
          expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
          expect(new Set(connections.map(({ id }) => id)).size).toBe(connections.length);
        }
      }),
    );
  });

  it("writes the same bytes when the same is read again, and keeps its clock", () => {
    fc.assert(
      fc.property(series, (steps) => {
        const state = runAll(steps).at(-1);
        const last = steps.at(-1);
        if (state === undefined || last === undefined) throw new Error("a series has a step");
        const once = mergeInventory(filed(state), last.reading, later);
        const twice = mergeInventory(filed(once), last.reading, new Date(later.getTime() + 1));
        expect(once.changedAt).toBe(state.changedAt);
        expect(bytes(filed(once))).toBe(bytes(filed(state)));
        expect(bytes(twice)).toBe(bytes(once));
      }),
      { numRuns: 300 },
    );
  });
});
