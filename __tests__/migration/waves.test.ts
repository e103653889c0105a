import fc from "fast-check";
import { assignWaves, coveredWaves, waveOrder } from "../../lib/migration/waves";
import type { Wave } from "../../lib/organization/organization";
import { LAST_WAVE, ONLY_WAVE } from "../../lib/organization/wave-names";
import { inventory, organization, workspace } from "./fixtures";

const { projects } = inventory([]);
const fleet = Array.from({ length: 40 }, (_, number) =>
  workspace(number, {
    name: `${["net", "app", "data"][number % 3]}-${number}`,
    projectId: `prj-000000000000000${(number % 2) + 1}`,
    settings: { tagNames: number % 5 === 0 ? ["canary"] : [] },
  }),
);

const wave: fc.Arbitrary<Omit<Wave, "name">> = fc.record(
  {
    names: fc.constantFrom(["net-*"], ["app-*", "data-1*"], ["*"]),
    projects: fc.constantFrom(["Platform"], ["Default*"]),
    tags: fc.constant(["canary"]),
    percent: fc.double({ min: 0, max: 100, noNaN: true }),
  },
  { requiredKeys: [] },
);
const waves = (size: { minLength?: number; maxLength: number }) =>
  fc.array(wave, size).map((all) => all.map((rest, index): Wave => ({ ...rest, name: `wave-${index}` })));

const assign = (named: readonly Wave[], records = fleet) =>
  assignWaves(organization({ waves: named }), records, projects);

describe("the order", () => {
  it.each([
    [[], [ONLY_WAVE]],
    [["canary"], ["canary", LAST_WAVE]],
    [
      ["canary", "platform"],
      ["canary", "platform", LAST_WAVE],
    ],
    [
      [LAST_WAVE, "canary"],
      [LAST_WAVE, "canary"],
    ],
  ])("of %j is %j", (names, order) => {
    expect(waveOrder(organization({ waves: names.map((name) => ({ name })) }))).toEqual(order);
  });

  it("ends where the organization file says", () => {
    const named = [{ name: "a" }, { name: "b" }];
    const covered = (through: string | undefined) => [...coveredWaves(organization({ waves: named, through }))];
    expect([covered(undefined), covered("a"), covered("b"), covered(LAST_WAVE)]).toEqual([
      ["a", "b", LAST_WAVE],
      ["a"],
      ["a", "b"],
      ["a", "b", LAST_WAVE],
    ]);
  });
});

it("gives each resource to the first wave that takes it, and the last takes the rest", () => {
  const some = [fleet[0], fleet[1], fleet[2]].flatMap((record) => record ?? []);
  expect([
    ...assign(
      [
        { name: "net", names: ["net-*"] },
        { name: "all", names: ["net-*", "app-*"] },
      ],
      some,
    ),
  ]).toEqual([
    ["ws-0000000000000000", "net"],
    ["ws-0000000000000001", "all"],
    ["ws-0000000000000002", LAST_WAVE],
  ]);
});

it("parts the whole fleet: each resource is in exactly one wave of the order", () => {
  fc.assert(
    fc.property(waves({ maxLength: 5 }), (named) => {
      const assigned = assign(named);
      const order = waveOrder(organization({ waves: named }));
      expect([...assigned.keys()]).toEqual(fleet.map(({ id }) => id));
      for (const name of assigned.values()) expect(order).toContain(name);
    }),
  );
});

it("moves nothing out of an earlier wave when others are added behind it", () => {
  fc.assert(
    fc.property(waves({ minLength: 1, maxLength: 5 }), fc.nat({ max: 4 }), (named, keep) => {
      const before = assign(named.slice(0, keep));
      const after = assign(named);
      for (const [id, name] of before) {
        if (name !== LAST_WAVE && name !== ONLY_WAVE) expect(after.get(id)).toBe(name);
      }
    }),
  );
});

it("does not depend on which other resources there are, nor on their order", () => {
  fc.assert(
    fc.property(waves({ maxLength: 4 }), fc.shuffledSubarray(fleet), (named, some) => {
      const all = assign(named);
      for (const [id, name] of assign(named, some)) expect(name).toBe(all.get(id));
    }),
  );
});

describe("a share", () => {
  const share = (percent: number) => {
    const assigned = assign([{ name: "canary", percent }]);
    return [...assigned].filter(([, name]) => name === "canary").map(([id]) => id);
  };

  it("of 0 percent is nothing, of 100 everything", () => {
    expect(share(0)).toEqual([]);
    expect(share(100)).toHaveLength(fleet.length);
  });

  it("only grows when the percentage does", () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(percent, percent, (one, two) => {
        expect(share(Math.max(one, two))).toEqual(expect.arrayContaining(share(Math.min(one, two))));
      }),
    );
  });

  it("is the same on every machine and in every version", () => {
    expect(share(10)).toMatchInlineSnapshot(`
      [
        "ws-0000000000000006",
        "ws-0000000000000009",
        "ws-0000000000000015",
        "ws-0000000000000024",
        "ws-0000000000000039",
      ]
    `);
  });

  it("is near to what it says in a large fleet", () => {
    const large = Array.from({ length: 4000 }, (_, number) => workspace(number));
    const taken = [...assign([{ name: "canary", percent: 25 }], large).values()].filter((name) => name === "canary");
    expect(taken.length).toBeGreaterThan(900);
    expect(taken.length).toBeLessThan(1100);
  });
});
