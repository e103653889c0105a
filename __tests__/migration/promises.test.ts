import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { mergeInventory } from "../../lib/inventory/merge";
import {
  type AttachmentReading,
  type AttachmentRecord,
  attachmentKinds,
  type Inventory,
  type WorkspaceSettings,
} from "../../lib/inventory/schema";
import { adopt } from "../../lib/migration/adopt";
import { type DecisionOptions, decideAll } from "../../lib/migration/decide";
import type { DesiredAttachment } from "../../lib/migration/migration-plan";
import { planMigration } from "../../lib/migration/plan-migration";
import type { Organization } from "../../lib/organization/organization";
import { NEW, OLD, OTHER, organization, vcsRepo } from "./fixtures";
import { attachment, reading } from "./readings";

const SHORT_LIVED = { id: "prj-shortLivedShort1", name: "Short-lived", autoDestroyActivityDuration: "30d" };

/**
 * An organization, the inventory of it, and the addresses that Terraform's state holds. Terraform is played by what it was
 * told, and by what the provider and the server do unasked: it writes what is managed, and forgets what is removed.
 */
class World {
  readonly attachments = new Map<string, AttachmentReading>();
  readonly state = new Set<string>();
  inventory: Inventory | undefined;
  private runs = 0;

  constructor(fleet: readonly AttachmentReading[]) {
    for (const each of fleet) this.attachments.set(each.id, each);
  }

  /** What `repoint inventory` does. */
  refresh(wish: Organization): Inventory {
    this.runs += 1;
    const now = new Date(Date.UTC(2026, 0, 1, 0, this.runs));
    const merged = mergeInventory(
      this.inventory,
      reading([...this.attachments.values()], { projects: [SHORT_LIVED] }),
      now,
    );
    this.inventory = adopt(wish, merged, now).inventory;
    return this.inventory;
  }

  /** A plan, and its application, of which the state and the tokens are left. */
  run(wish: Organization, options: DecisionOptions = {}) {
    const found = this.refresh(wish);
    const plan = planMigration(wish, found, { unguarded: true, ...options });
    if (plan.problems.length > 0) return { ...plan, held: new Set<string>() };
    const held = new Set(this.state);
    for (const desired of plan.managed) {
      const current = this.attachments.get(desired.id);
      if (current === undefined) throw new Error(`${desired.id} does not exist: Terraform cannot import it`);
      this.attachments.set(desired.id, applied(current, desired));
      this.state.add(addressOf(desired));
    }
    for (const { id, vcsRepo: link, to } of plan.moves) {
      const current = this.attachments.get(id);
      if (current === undefined) throw new Error(`${id} does not exist: it cannot be patched`);
      this.attachments.set(id, { ...current, vcsRepo: { ...link, oauthTokenId: to ?? NEW.token } });
    }
    for (const released of plan.released) this.state.delete(addressOf(released));
    return { ...plan, held };
  }
}

const addressOf = ({ kind, address }: { kind: AttachmentRecord["kind"]; address: string }) => `${kind}.${address}`;

/** The attachment after Terraform wrote every value of the stack into it; without a difference it sends nothing. */
function applied(current: AttachmentReading, desired: DesiredAttachment): AttachmentReading {
  const oauthTokenId = desired.token.type === "new" ? NEW.token : desired.token.id;
  const written = { name: desired.name, vcsRepo: { ...desired.vcsRepo, oauthTokenId }, settings: desired.settings };
  const after: AttachmentReading = Object.assign({}, current, written);
  return isDeepStrictEqual(after, current) ? current : withSideEffects(after);
}

/** What an update does besides (provider 0.80, `internal/provider/`; the server by the provider's acceptance tests). */
function withSideEffects(after: AttachmentReading): AttachmentReading {
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

const withoutToken = (each: AttachmentReading) => ({
  ...each,
  vcsRepo: each.vcsRepo === null ? null : { ...each.vcsRepo, oauthTokenId: "" },
});

const member = fc.record({
  kind: fc.constantFrom(...attachmentKinds),
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
    const made = attachment(kind, number, token === null ? null : vcsRepo(token, { branch }), `${name}-${number}`);
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
const wishes: fc.Arbitrary<Organization> = fc
  .record({
    select: fc.record({
      names: fc.constantFrom(undefined, ["n*", "a*", "c*"]),
      exclude: fc.array(matcher, { maxLength: 1 }),
    }),
    elsewhere: fc.array(matcher, { maxLength: 1 }),
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
    release: fc.constantFrom("none" as const, "done" as const, ["canary"]),
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
    const each = world.attachments.get(id);
    if (each !== undefined) world.attachments.set(id, { ...each, vcsRepo: token === null ? null : vcsRepo(token) });
  };
/** What people do between two runs. */
const happenings: Readonly<Record<string, Happening>> = {
  nothing: () => {},
  renamed: (world, id) => {
    const each = world.attachments.get(id);
    if (each !== undefined) world.attachments.set(id, { ...each, name: `net-renamed-${each.name}` });
  },
  deleted: (world, id) => void world.attachments.delete(id),
  unlinked: relinked(null),
  "moved by hand": relinked(OTHER.token),
  "moved back by hand": relinked(OLD.token),
  "moved on by hand": relinked(NEW.token),
};

const steps = fc.array(
  fc.record({
    wish: wishes,
    happening: fc.constantFrom(...Object.keys(happenings)),
    whom: fc.nat({ max: 9 }),
    defer: fc.nat({ max: 9 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Plays a series of wishes and surprises; `check` looks at each run. */
function play(
  fleet: readonly AttachmentReading[],
  series: readonly { wish: Organization; happening: string; whom: number; defer: number }[],
  check: (world: World, run: ReturnType<World["run"]>, before: ReadonlyMap<string, AttachmentReading>) => void,
): World {
  const world = new World(fleet);
  for (const { wish, happening, whom, defer } of series) {
    happenings[happening]?.(world, fleet[whom]?.id ?? "");
    const before = new Map(world.attachments);
    const deferred = fleet[defer]?.id;
    const run = world.run(wish, deferred === undefined ? {} : { defer: new Set([deferred]) });
    check(world, run, before);
  }
  return world;
}

it("drops nothing from the text that Terraform may hold, but releases it", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      play(fleet, series, (_, { managed, released, problems, held }) => {
        if (problems.length > 0) return;
        const said = new Set([...managed, ...released].map(addressOf));
        for (const address of held) expect(said).toContain(address);
        expect(said.size).toBe(managed.length + released.length);
      });
    }),
    { numRuns: 300 },
  );
});

it("keeps every adopted attachment managed or released, whatever it wishes next", () => {
  fc.assert(
    fc.property(fleets, steps, wishes, (fleet, series, wish) => {
      const { inventory } = play(fleet, series, () => {});
      if (inventory === undefined) throw new Error("there was a run");
      for (const { record, decision } of decideAll(wish, inventory)) {
        if (record.adopted) expect(["manage", "release", "over-api", "impossible"]).toContain(decision.type);
      }
    }),
    { numRuns: 300 },
  );
});

it("writes nothing but tokens, and writes only what it manages", () => {
  fc.assert(
    fc.property(fleets, steps, (fleet, series) => {
      play(fleet, series, (world, { managed, moves, problems }, before) => {
        const ours = new Set(problems.length > 0 ? [] : [...managed, ...moves].map(({ id }) => id));
        expect([...world.attachments.keys()]).toEqual([...before.keys()]);
        for (const [id, was] of before) {
          const is = world.attachments.get(id);
          if (is === undefined) throw new Error("it was there");
          if (!ours.has(id)) expect(is).toEqual(was);
          else if (was.vcsRepo !== null) expect(withoutToken(is)).toEqual(withoutToken(was));
        }
      });
    }),
    { numRuns: 300 },
  );
});

it("resets auto-destroy settings only when the wish allows it", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const settings = (allowAutoDestroyReset: boolean) => {
        const world = new World(fleet);
        world.run(organization({ allowAutoDestroyReset }));
        return [...world.attachments.values()].map((each) => each.settings);
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
            expect(world.attachments.get(id)?.vcsRepo?.oauthTokenId).toBe(OTHER.token);
          }
        }
      });
    }),
  );
});

it("has nothing to do the second time", () => {
  fc.assert(
    fc.property(fleets, wishes, (fleet, wish) => {
      const world = new World(fleet);
      const first = world.run(wish);
      const between = new Map(world.attachments);
      const second = world.run(wish);
      expect(second.moves).toEqual([]);
      const bytes = JSON.stringify(world.inventory);
      world.refresh(wish);
      expect(world.attachments).toEqual(between);
      expect(JSON.stringify(world.inventory)).toBe(bytes);
      if (wish.release === "none") expect(second.managed.map(addressOf)).toEqual(first.managed.map(addressOf));
    }),
    { numRuns: 200 },
  );
});

it("takes everything back to its baseline's link, whatever was wished before", () => {
  fc.assert(
    fc.property(fleets, fc.array(wishes, { minLength: 1, maxLength: 4 }), (fleet, series) => {
      const world = new World(fleet);
      for (const wish of series) world.run(wish);
      const rollback = world.run(organization({ direction: "back" }));
      expect(rollback.problems).toEqual([]);
      expect(new Map(world.attachments)).toEqual(new Map(fleet.map((each) => [each.id, each])));
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
      for (const { id, baseline, adopted } of world.inventory?.attachments ?? []) {
        if (!adopted || baseline?.connectionId !== OLD.connection) continue;
        expect(world.attachments.get(id)?.vcsRepo?.oauthTokenId).not.toBe(NEW.token);
      }
    }),
    { numRuns: 200 },
  );
});
