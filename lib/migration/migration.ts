import type { Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { checkConnections } from "./check-connections";
import type { ConnectionFindings } from "./compare-connections";
import { type Decided, type DecisionOptions, type Decisions, decideAll, isMoving, withDeferred } from "./decide";
import type { MigrationPlan } from "./migration-plan";
import { planOf, planWithoutInventory } from "./plan-migration";
import type { Roles } from "./roles";
import { type MigrationStatus, migrationStatus, waveWarnings } from "./status";

/**
 * One organization file applied to one inventory, decided once. Synthesis, the review's and the guard's expectation, verification and
 * status all take this value. Pure; each part is worked out when it is first asked for.
 */
export class Migration {
  private findings: ConnectionFindings | undefined;
  private stack: MigrationPlan | undefined;
  private counted: MigrationStatus | undefined;

  private constructor(
    readonly organization: Organization,
    readonly inventory: Inventory,
    /** What it is decided for, beside the organization file. */
    readonly options: DecisionOptions,
    private made?: Decisions,
  ) {}

  static decide(organization: Organization, inventory: Inventory, options: DecisionOptions = {}): Migration {
    return new Migration(organization, inventory, options);
  }

  /** With what was decided already. */
  static of(decisions: Decisions): Migration {
    return new Migration(decisions.organization, decisions.inventory, decisions.options, decisions);
  }

  private get decisions(): Decisions {
    this.made ??= decideAll(this.organization, this.inventory, this.options);
    return this.made;
  }

  /** Which connections and tokens are old and which new. */
  get roles(): Roles {
    return this.decisions.roles;
  }

  /** What is wrong, or should be known, of the old and the new connection. */
  get connections(): ConnectionFindings {
    this.findings ??= checkConnections(this.decisions);
    return this.findings;
  }

  /** What the organization's stack says. */
  get plan(): MigrationPlan {
    this.stack ??= planOf(this.decisions, this.connections);
    return this.stack;
  }

  /** Each wave, counted. */
  get status(): MigrationStatus {
    this.counted ??= migrationStatus(this.decisions);
    return this.counted;
  }

  /** What a reader should know before anything is re-pointed. */
  get warnings(): readonly string[] {
    return [...this.connections.warnings, ...waveWarnings(this.organization, this.status)];
  }

  /** Every resource, in the inventory's order, and what happens to it. */
  get decided(): readonly Decided[] {
    return this.decisions.decided;
  }

  /** Ids of what gets another token, forward or back. */
  get movingIds(): ReadonlySet<string> {
    const moving = this.decisions.decided.filter((one) => isMoving(one, this.roles));
    return new Set(moving.map(({ record }) => record.id));
  }

  /** The same with what is moving among these ids left to a later plan. */
  deferring(ids: ReadonlySet<string>): Migration {
    return Migration.of(withDeferred(this.decisions, ids));
  }
}

/** What the organization's stack says; without an inventory it holds the new connection alone. Pure. */
export function planMigration(
  organization: Organization,
  inventory: Inventory | undefined,
  options: DecisionOptions = {},
): MigrationPlan {
  return inventory === undefined
    ? planWithoutInventory(organization)
    : Migration.decide(organization, inventory, options).plan;
}
