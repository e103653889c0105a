import { stayBack } from "../../lib/migration/rollback";
import type { Organization } from "../../lib/organization/organization";
import { inventory, NEW, OLD, organization, workspace } from "./fixtures";

const waves = [
  { name: "canary", names: ["canary-*"] },
  { name: "staging", names: ["staging-*"] },
];
const all = ["canary", "staging", "rest"];

/** An inventory in which these waves are back on the old connection and the others on the new one. */
const after = (back: readonly string[]) =>
  inventory(
    all.map((wave, index) =>
      workspace(index, { name: `${wave}-1`, token: back.includes(wave) ? OLD.token : NEW.token }),
    ),
  );

it.each<[back: string[], organizationFile: Partial<Organization>, said: string]>([
  [all, {}, "3 again; direction: back"],
  [all, { through: "canary" }, "1 again; direction: back, and no through:"],
  [all, { through: "rest" }, "3 again; direction: back, and no through:"],
  [all, { direction: "back" }, "stays"],
  [all, { direction: "back", through: "canary" }, "1 again; direction: back, and no through:"],
  [["rest"], {}, "1 again; direction: back, through: staging"],
  [["staging", "rest"], { through: "rest" }, "2 again; direction: back, through: canary"],
  [["staging", "rest"], { through: "canary" }, "stays"],
  [["staging", "rest"], { direction: "back", through: "canary" }, "stays"],
  [["staging", "rest"], { direction: "back", through: "staging" }, "1 again; direction: back, through: canary"],
  [
    ["canary"],
    {},
    "1 again; add the resources of canary to exclude: under select: (through: counts from the first wave, so direction: back cannot skip one)",
  ],
  [["canary"], { select: { exclude: [{ names: ["canary-*"] }] } }, "stays"],
  [["canary"], { managedElsewhere: [{ names: ["canary-*"] }] }, "stays"],
])("says of waves %j taken back by a file with %j: %s", (back, organizationFile, said) => {
  const found = stayBack(organization({ waves, ...organizationFile }), after(back), new Set(back));
  expect(found.type === "stays" ? "stays" : `${found.count} again; ${found.edit}`).toBe(said);
});

it("proposes an edit that keeps them, whichever it is", () => {
  for (const back of [["rest"], ["staging", "rest"], all]) {
    for (const organizationFile of [
      {},
      { through: "canary" },
      { through: "rest" },
      { direction: "back", through: "staging" },
    ] as const) {
      const file = organization({ waves, ...organizationFile });
      const found = stayBack(file, after(back), new Set(back));
      if (found.type === "stays") continue;
      const through = /through: (\w+)$/.exec(found.edit)?.[1];
      const edited: Organization = { ...file, direction: "back", through };
      expect(stayBack(edited, after(back), new Set(back))).toEqual({ type: "stays" });
    }
  }
});
