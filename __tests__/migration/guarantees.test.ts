import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { mergeInventory } from "../../lib/inventory/merge";
import type { Inventory } from "../../lib/inventory/schema";
import { type ResourceReading, resourceKinds, type VcsResource } from "../../lib/kinds";
import type { WorkspaceSettings } from "../../lib/kinds/workspace";
import { adopt } from "../../lib/migration/adopt";
import { type DecisionOptions, decideAll, isMoving, withDeferred } from "../../lib/migration/decide";
import { planMigration } from "../../lib/migration/migration";
import type { DesiredResource } from "../../lib/migration/migration-plan";
import type { Organization } from "../../lib/organization/organization";
import { NEW, OLD, OTHER, organization, vcsRepo } from "./fixtures";
import { reading, resource } from "./readings";

const SHORT_LIVED = { id: "prj-shortLivedShort1", name: "Short-lived", autoDestroyActivityDuration: "30d" };

/**
 * An organization, the inventory of it, and the addresses that Terraform's state holds. Terraform is played by what it was
 * told, and by what the provider and the server do unasked: it writes what is managed, and forgets what is removed.
 */
class World {
  readonly resources = new Map<string, ResourceReading>();
  readonly state = new Set<string>();
  inventory: Inventory | undefined;
  private runs = 0;

  constructor(fleet: readonly ResourceReading[]) {
    for (const each of fleet) this.resources.set(each.id, each);
  }

  /** What `repoint inventory` does. */
  refresh(organizationFile: Organization): Inventory {
    this.runs += 1;
    const now = new Date(Date.UTC(2026, 0, 1, 0, this.runs));
    const merged = mergeInventory(
      this.inventory,
      reading([...this.resources.values()], { projects: [SHORT_LIVED] }),
      now,
    );
    this.inventory = adopt(organizationFile, merged, now).inventory;
    return this.inventory;
  }

  /** A plan, and its application, of which the state and the tokens are left. */
  run(organizationFile: Organization, options: DecisionOptions = {}) {
    const found = this.refresh(organizationFile);
    const plan = planMigration(organizationFile, found, { unguarded: true, ...options });
    if (plan.problems.length > 0) return { ...plan, held: new Set<string>() };
    const held = new Set(this.state);
    for (const desired of plan.managed) {
      const current = this.resources.get(desired.id);
      if (current === undefined) throw new Error(`${desired.id} does not exist: Terraform cannot import it`);
      this.resources.set(desired.id, applied(current, desired));
      this.state.add(addressOf(desired));
    }
    for (const { id, vcsRepo: link, to } of plan.moves) {
      const current = this.resources.get(id);
      if (current === undefined) throw new Error(`${id} does not exist: it cannot be patched`);
      this.resources.set(id, { ...current, vcsRepo: { ...link, oauthTokenId: to ?? NEW.token } });
    }
    for (const forgotten of plan.forgotten) this.state.delete(addressOf(forgotten));
    return { ...plan, held };
  }
}

const addressOf = ({ kind, address }: { kind: VcsResource["kind"]; address: string }) => `${kind}.${address}`;

/** The resource after Terraform wrote every value of the stack into it; without a difference it sends nothing. */
function applied(current: ResourceReading, desired: DesiredResource): ResourceReading {
  const oauthTokenId = desired.token.type === "new" ? NEW.token : desired.token.id;
  const written = { name: desired.name, vcsRepo: { ...desired.vcsRepo, oauthTokenId }, settings: desired.settings };
  const after: ResourceReading = Object.assign({}, current, written);
  return isDeepStrictEqual(after, current) ? current : withSideEffects(after);
}

/** What an update does besides (provider 0.80, `internal/provider/`; the server by the provider's acceptance tests). */
function withSideEffects(after: ResourceReading): ResourceReading {
  if (after.kind !== "workspace") return after;
  const { settings } = after;
  const isAtStake = settings.autoDestroyActivityDuration !== null || after.projectId === SHORT_LIVED.id;
  // `auto-destroy-at: null` is sent unless the configuration has a time (`hasAutoDestroyAtChange`).
  const reset =
    settings.autoDestroyAt === null && !settings.inheritsProjectAutoDestroy && isAtStake
      ? { autoDestroyActivityDuration: null, inheritsProjectAutoDestroy: true }
      : {};
  // `trigger-prefixes` is sent unless the configuration has patterns, and each ends the other.
  const triggers = settings.triggerPatterns.length > 0 ? { triggerPrefixes: [] } : { triggerPatterns: [] };
  return { ...after, settings: { ...settings, ...reset, ...triggers } };
}

const withoutToken = (each: ResourceReading) => ({
  ...each,
  vcsRepo: each.vcsRepo === null ? null : { ...each.vcsRepo, oauthTokenId: "" },
});

const member = fc.record({
  kind: fc.constantFrom(...resourceKinds),
  name: fc.constantFrom("net", "app", "data", "canary"),
  token: fc.constantFrom(OLD.token, OLD.token, OLD.token, OTHER.token, NEW.token, null),
  branch: fc.constantFrom("", "main"),
  projectId: fc.constantFrom("prj-0000000000000001", SHORT_LIVED.id),
  settings: fc.record({
    autoDestroyAt: fc.constantFrom(null, null, "2100-01-01T00:00:00Z"),
    autoDestroyActivityDuration: fc.constantFrom(null, null, "14d"),
    inheritsProjectAutoDestroy: fc.boolean(),
  }),
});
/** Where the setting is the project's, a workspace has no time of its own, and shows the project's duration. */
const legal = ({ projectId, settings }: { projectId: string; settings: Settings }): Settings =>
  settings.inheritsProjectAutoDestroy
    ? {
        autoDestroyAt: null,
        autoDestroyActivityDuration: projectId === SHORT_LIVED.id ? SHORT_LIVED.autoDestroyActivityDuration : null,
        inheritsProjectAutoDestroy: true,
      }
    : settings;
type Settings = Pick<WorkspaceSettings, "autoDestroyAt" | "autoDestroyActivityDuration" | "inheritsProjectAutoDestroy">;
const fleets = fc.array(member, { minLength: 1, maxLength: 10 }).map((members) =>
  members.map(({ kind, name, token, branch, ...more }, number) => {
    const made = resource(kind, number, token === null ? null : vcsRepo(token, { branch }), `${name}-${number}`);
    return made.kind === "workspace"
      ? { ...made, projectId: more.projectId, settings: { ...made.settings, ...legal(more) } }
      : made;
  }),
);

const matcher = fc.constantFrom(
  { names: ["net-*"] },
  { names: ["app-*", "data-*"] },
  { names: ["*-[0-3]"] },
  { kinds: ["workspace" as const] },
  { kinds: ["policy-set" as const, "stack" as const] },
);
const organizationFiles: fc.Arbitrary<Organization> = fc
  .record({
    select: fc.record({
      names: fc.constantFrom(undefined, ["n*", "a*", "c*"]),
      exclude: fc.array(matcher, { maxLength: 1 }),
    }),
    managedElsewhere: fc.array(matcher, { maxLength: 1 }),
    waves: fc.constantFrom(
      [],
      [{ name: "canary", names: ["canary-*"] }],
      [
        { name: "canary", names: ["canary-*"] },
        { name: "half", percent: 50 },
      ],
    ),
    through: fc.constantFrom("none", "canary", "half", "rest"),
    direction: fc.constantFrom("forward" as const, "back" as const),
    forget: fc.constantFrom("none" as const, "done" as const, ["canary"]),
    terraform: fc.constantFrom({ provider: "~> 0.80.0" }, { provider: "0.79.0" }),
  })
  .map(({ select, through, waves, ...rest }) => {
    const names = [...waves.map(({ name }) => name), ...(waves.length > 0 ? ["rest"] : [])];
    const { names: selected, exclude } = select;
    return organization({
      ...rest,
      waves,
      through: names.includes(through) ? through : undefined,
      select: { exclude, ...(selected === undefined ? {} : { names: selected }) },
    });
  });

type Happening = (world: World, id: string) => void;
const relinked =
  (token: string | null): Happening =>
  (world, id) => {
    const each = world.resources.get(id);
    if (each !== undefined) world.resources.set(id, { ...each, vcsRepo: token === null ? null : vcsRepo(token) });
  };
/** What people do between two runs. */
const happenings: Readonly<Record<string, Happening>> = {
  nothing: () => {},
  renamed: (world, id) => {
    const each = world.resources.get(id);
    if (each !== undefined) world.resources.set(id, { ...each, name: `net-renamed-${each.name}` });
  },
  deleted: (world, id) => void world.resources.delete(id),
  unlinked: relinked(null),
  "moved by hand": relinked(OTHER.token),
  "moved back by hand": relinked(OLD.token),
  "moved on by hand": relinked(NEW.token),
};

const steps = fc.array(
  fc.record({
    organizationFile: organizationFiles,
    happening: fc.constantFrom(...Object.keys(happenings)),
    whom: fc.nat({ max: 9 }),
    defer: fc.nat({ max: 9 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Plays a series of organization files and surprises; `check` looks at each run. */
function play(
  fleet: readonly ResourceReading[],
  series: readonly { organizationFile: Organization; happening: string; whom: number; defer: number }[],
  check: (world: World, run: ReturnType<World["run"]>, before: ReadonlyMap<string, ResourceReading>) => void,
): World {
  const world = new World(fleet);
  for (const { organizationFile, happening, whom, defer } of series) {
    happenings[happening]?.(world, fleet[whom]?.id ?? "");
    const before = new Map(world.resources);
    const deferred = fleet[defer]?.id;
    const run = world.run(organizationFile, deferred === undefined ? {} : { defer: new Set([deferred]) });
    check(world, run, before);
  }
  return world;
}

it("drops nothing from the text that Terraform may hold, but forgets it", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      play(fleet, series, (_, { managed, forgotten, problems, held }) => {
        if (problems.length > 0) return;
        const said = new Set([...managed, ...forgotten].map(addressOf));
        for (const address of held) expect(said).toContain(address);
        expect(said.size).toBe(managed.length + forgotten.length);
      });
    }),
    { numRuns: 300 },
  );
});

it("keeps every adopted resource managed or forgotten, whatever the organization file says next", () => {
  fc.assert(
    fc.property(fleets, steps, organizationFiles, (fleet, series, organizationFile) => {
      const { inventory } = play(fleet, series, () => {});
      if (inventory === undefined) throw new Error("there was a run");
      for (const { record, decision } of decideAll(organizationFile, inventory).decided) {
        if (record.adopted) expect(["manage", "forget", "over-api", "impossible"]).toContain(decision.type);
      }
    }),
    { numRuns: 300 },
  );
});

it("decides the same at once as anew after it was recorded or deferred", () => {
  fc.assert(
    fc.property(fleets, steps, organizationFiles, fc.nat(), (fleet, series, organizationFile, which) => {
      const { inventory: found } = play(fleet, series, () => {});
      if (found === undefined) throw new Error("there was a run");
      const { inventory, decisions } = adopt(organizationFile, found, new Date(0));
      expect(decisions).toEqual(decideAll(organizationFile, inventory));
      const moving = decisions.decided.filter((one) => isMoving(one, decisions.roles)).map(({ record }) => record.id);
      const defer = new Set(moving.filter((_, index) => index % 2 === which % 2));
      if (defer.size === 0) return;
      expect(withDeferred(decisions, defer)).toEqual(decideAll(organizationFile, inventory, { defer }));
    }),
    { numRuns: 300 },
  );
});

it("writes nothing but tokens, and writes only what it manages", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      play(fleet, series, (world, { managed, moves, problems }, before) => {
        const ours = new Set(problems.length > 0 ? [] : [...managed, ...moves].map(({ id }) => id));
        expect([...world.resources.keys()]).toEqual([...before.keys()]);
        for (const [id, was] of before) {
          const is = world.resources.get(id);
          if (is === undefined) throw new Error("it was there");
          if (!ours.has(id)) expect(is).toEqual(was);
          else if (was.vcsRepo !== null) expect(withoutToken(is)).toEqual(withoutToken(was));
        }
      });
    }),
    { numRuns: 300 },
  );
});

it("resets auto-destroy settings only when the organization file allows it", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const settings = (allowAutoDestroyReset: boolean) => {
        const world = new World(fleet);
        world.run(organization({ allowAutoDestroyReset }));
        return [...world.resources.values()].map((each) => each.settings);
      };
      const before = fleet.map((each) => each.settings);
      expect(settings(false)).toEqual(before);
      const atStake = fleet.some(
        (each) =>
          each.vcsRepo?.oauthTokenId === OLD.token && JSON.stringify(withSideEffects(each)) !== JSON.stringify(each),
      );
      if (atStake) expect(settings(true)).not.toEqual(before);
    }),
  );
});

it("never re-points what another configuration, or a person, has decided about", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      play(fleet, series, (world, { problems }, before) => {
        if (problems.length > 0) return;
        for (const [id, was] of before) {
          if (was.vcsRepo?.oauthTokenId === OTHER.token) {
            expect(world.resources.get(id)?.vcsRepo?.oauthTokenId).toBe(OTHER.token);
          }
        }
      });
    }),
  );
});

it("has nothing to do the second time", () => {
  fc.assert(
    fc.property(fleets, organizationFiles, (fleet, organizationFile) => {
      const world = new World(fleet);
      const first = world.run(organizationFile);
      const between = new Map(world.resources);
      const second = world.run(organizationFile);
      expect(second.moves).toEqual([]);
      const bytes = JSON.stringify(world.inventory);
      world.refresh(organizationFile);
      expect(world.resources).toEqual(between);
      expect(JSON.stringify(world.inventory)).toBe(bytes);
      if (organizationFile.forget === "none")
        expect(second.managed.map(addressOf)).toEqual(first.managed.map(addressOf));
    }),
    { numRuns: 200 },
  );
});

it("takes everything back to its baseline's link, whatever the organization file said before", () => {
  fc.assert(
    fc.property(fleets, fc.array(organizationFiles, { minLength: 1, maxLength: 4 }), (fleet, series) => {
      const world = new World(fleet);
      for (const organizationFile of series) world.run(organizationFile);
      const rollback = world.run(organization({ direction: "back" }));
      expect(rollback.problems).toEqual([]);
      expect(new Map(world.resources)).toEqual(new Map(fleet.map((each) => [each.id, each])));
    }),
    { numRuns: 300 },
  );
});

it("takes everything back that is still on the new connection, whatever happened meanwhile", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      const world = play(fleet, series, () => {});
      const { problems } = world.run(organization({ direction: "back", allowAutoDestroyReset: true }));
      expect(problems).toEqual([]);
      for (const { id, baseline, adopted } of world.inventory?.resources ?? []) {
        if (!adopted || baseline?.connectionId !== OLD.connection) continue;
        expect(world.resources.get(id)?.vcsRepo?.oauthTokenId).not.toBe(NEW.token);
      }
    }),
    { numRuns: 200 },
  );
});
