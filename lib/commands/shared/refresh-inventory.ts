import type { Io } from "../../cli/io";
import { createProgress, type Progress } from "../../cli/progress";
import { UsageError } from "../../errors";
import { loadInventory, saveInventory } from "../../inventory/inventory-file";
import { mergeInventory } from "../../inventory/merge";
import { type CrossCheck, readOrganization } from "../../inventory/read-organization";
import type { Inventory } from "../../inventory/schema";
import { lostInventory } from "../../inventory/state-doubts";
import { adopt, adoptConnection } from "../../migration/adopt";
import { Migration } from "../../migration/migration";
import type { Organization } from "../../organization/organization";
import { TfeClient } from "../../tfe/client";
import { resolveHost } from "../../tfe/host";
import type { Context } from "./context";

export interface Refreshed {
  readonly before: Inventory | undefined;
  readonly inventory: Inventory;
  /** What follows from it and the organization file. */
  readonly migration: Migration;
  /** How many resources were adopted that were not before. */
  readonly adopted: number;
  readonly crossChecks: readonly CrossCheck[];
  /** The webhook's address of each resource that has one, by id. */
  readonly webhookUrls: ReadonlyMap<string, string>;
  /** Ids of resources of which TFE says that the token may not change them. */
  readonly readOnlyIds: ReadonlySet<string>;
  /** The server's name and version, such as `Terraform Enterprise 1.1.0`; undefined where it tells no version. */
  readonly server: string | undefined;
  /** Requests that it took. */
  readonly requests: number;
}

/** Opens the organization's API, runs `work`, and closes it. Progress and retries are told on standard error. */
export async function withTfe<T>(
  { io, organization }: { readonly io: Io; readonly organization: Pick<Organization, "hostname"> },
  work: (client: TfeClient, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = createProgress(io);
  const client = new TfeClient(await resolveHost(organization.hostname, io.env), {
    onRetry: progress.say,
    transport: { env: io.env },
  });
  try {
    return await work(client, progress);
  } finally {
    progress.end();
    await client.close();
  }
}

/** What is taken into Terraform's care: all that the organization file covers, the connection alone (a rollback), or nothing (a check). */
type Adopting = "all" | "connection" | "nothing";

interface RefreshOptions {
  /** @default "all" */
  readonly adopt?: Adopting;
  /** Whether an inventory that is lost is begun anew. @default false */
  readonly newBaseline?: boolean;
}

/**
 * Reads the organization anew, merges it into the inventory, adopts what the organization file covers, and saves the file. Nothing is
 * written when anything fails on the way.
 */
export function refreshInventory(context: Context, options: RefreshOptions = {}): Promise<Refreshed> {
  return withTfe(context, async (client, progress) => {
    const { organization, paths } = context;
    const before = loadInventory(paths.root, paths.key);
    const lost =
      before === undefined && options.newBaseline !== true ? lostInventory(paths.root, organization) : undefined;
    if (lost !== undefined) throw new UsageError(lost);
    const { reading, crossChecks, webhookUrls, readOnlyIds, server } = await readOrganization(
      client,
      organization.hostname,
      organization.organization,
      progress.step,
    );
    progress.end();
    const now = new Date();
    const adoption = adopted(organization, mergeInventory(before, reading, now), now, options.adopt ?? "all");
    saveInventory(paths.root, paths.key, adoption.inventory);
    return {
      before,
      inventory: adoption.inventory,
      migration: adoption.migration,
      adopted: adoption.added,
      crossChecks,
      webhookUrls,
      readOnlyIds,
      server,
      requests: client.requests,
    };
  });
}

function adopted(organization: Organization, merged: Inventory, now: Date, what: Adopting) {
  if (what === "all") {
    const { inventory, added, decisions } = adopt(organization, merged, now);
    return { inventory, added, migration: Migration.of(decisions) };
  }
  const inventory = what === "connection" ? adoptConnection(organization, merged, now) : merged;
  return { inventory, added: 0, migration: Migration.decide(organization, inventory) };
}
