import fc from "fast-check";
import { mergeInventory } from "../../lib/inventory/merge";
import { isManagedElsewhere, isSelected, matches, onOldConnection } from "../../lib/migration/select";
import { fitsGlob } from "../../lib/util/glob";
import { connection, inventory, OLD, OTHER, organization, vcsRepo, workspace } from "./fixtures";
import { reading, resource } from "./readings";

const { projects } = inventory([]);

describe("globs", () => {
  it.each([
    ["net-*", "net-prod", true],
    ["net-*", "internet-prod", false],
    ["*", ".hidden", true],
    ["*", "group/project", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["[ab]x", "bx", true],
    ["{a,b}-prod", "b-prod", true],
    ["!net", "!net", true],
    ["!net", "other", false],
    ["net", "Net", false],
    ["", "", true],
    ["*", "", true],
    ["?", "", false],
    ["+(a)", "aa", true],
  ])("%j takes %j: %s", (glob, text, fits) => {
    expect(fitsGlob(glob, text)).toBe(fits);
  });

  it("takes a name that holds nothing special by itself", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
        fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
        (one, two) => {
          expect(fitsGlob(one, two)).toBe(one === two);
          expect(fitsGlob(`${one}*`, one + two)).toBe(true);
        },
      ),
    );
  });
});

describe("a matcher", () => {
  const record = workspace(1, {
    name: "net-prod",
    projectId: "prj-0000000000000002",
    settings: { tagNames: ["prod", "team:network"], sourceName: "platform/terraform" },
  });

  it.each([
    [{}, true],
    [{ kinds: [] }, false],
    [{ kinds: ["workspace", "stack"] }, true],
    [{ kinds: ["stack"] }, false],
    [{ ids: [record.id] }, true],
    [{ ids: ["ws-2"] }, false],
    [{ names: ["app-*", "net-*"] }, true],
    [{ projects: ["Plat*"] }, true],
    [{ projects: ["prj-0000000000000002"] }, true],
    [{ projects: ["Default*"] }, false],
    [{ tags: ["pr*"] }, true],
    [{ tags: ["team=net*"] }, true],
    [{ tags: ["*=network"] }, true],
    [{ tags: ["team=app"] }, false],
    [{ sourceNames: ["platform/*"] }, true],
    [{ names: ["net-*"], tags: ["dev"] }, false],
  ] as const)("%j takes it: %s", (matcher, taken) => {
    expect(matches(matcher, record, projects)).toBe(taken);
  });

  it("takes by tag and source what is a workspace alone", () => {
    const [set] = mergeInventory(
      undefined,
      reading([resource("policy-set", 1, vcsRepo(OLD.token))]),
      new Date(0),
    ).resources;
    if (set === undefined) throw new Error("one resource");
    expect(matches({ tags: ["*"] }, set, projects)).toBe(false);
    expect(matches({ sourceNames: ["*"] }, set, projects)).toBe(false);
    expect(matches({ projects: ["*"] }, set, projects)).toBe(false);
  });

  it("takes less with each condition that is added", () => {
    const conditions = fc.record(
      {
        kinds: fc.constantFrom(["workspace" as const], ["stack" as const]),
        names: fc.constantFrom(["net-*"], ["app-*"]),
        projects: fc.constantFrom(["Platform"], ["Default*"]),
        tags: fc.constantFrom(["prod"], ["dev"]),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(conditions, conditions, (some, more) => {
        if (matches({ ...some, ...more, ...some }, record, projects)) {
          expect(matches(some, record, projects)).toBe(true);
        }
      }),
    );
  });
});

describe("the old connection", () => {
  it("is judged by the baseline, wherever the resource is now", () => {
    const found = inventory([]);
    expect(onOldConnection(organization(), found, workspace(1, { token: OTHER.token }))).toBe(true);
    expect(onOldConnection(organization(), found, workspace(1, { first: OTHER, token: OLD.token }))).toBe(false);
    const { baseline: _, ...unlinked } = workspace(1);
    expect(onOldConnection(organization(), found, { ...unlinked, vcsRepo: null })).toBe(false);
  });

  it("is found by the token where the baseline knows no connection", () => {
    const record = workspace(1);
    const { baseline } = record;
    if (baseline === undefined) throw new Error("it has one");
    const orphan = { ...record, baseline: { ...baseline, connectionId: null } };
    expect(onOldConnection(organization(), inventory([]), orphan)).toBe(true);
    const empty = inventory([], { connections: [connection(OLD, "GitLab", { tokens: [] })] });
    expect(onOldConnection(organization(), empty, orphan)).toBe(false);
    const app = { ...orphan, baseline: { ...orphan.baseline, vcsRepo: vcsRepo(null) } };
    expect(onOldConnection(organization(), inventory([]), app)).toBe(false);
  });
});

it("selects what the conditions take and no exclusion does, and leaves `managedElsewhere` alone", () => {
  const organizationFile = organization({
    select: { names: ["net-*"], exclude: [{ names: ["*-lab"] }, { tags: ["keep"] }] },
    managedElsewhere: [{ ids: [workspace(4).id] }],
  });
  const records = [
    workspace(1, { name: "net-prod" }),
    workspace(2, { name: "net-lab" }),
    workspace(3, { name: "net-old", settings: { tagNames: ["keep"] } }),
    workspace(4, { name: "net-theirs" }),
    workspace(5, { name: "app-prod" }),
  ];
  expect(records.filter((record) => isSelected(organizationFile, record, projects)).map(({ name }) => name)).toEqual([
    "net-prod",
    "net-theirs",
  ]);
  expect(
    records.filter((record) => isManagedElsewhere(organizationFile, record, projects)).map(({ name }) => name),
  ).toEqual(["net-theirs"]);
});
