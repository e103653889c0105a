import { loadInventory, saveInventory } from "../../inventory/file";
import { type CrossCheck, readOrganization } from "../../inventory/read-organization";
import { adopt } from "../../migration/adopt";
import type { Inventory } from "../../migration/inventory-schema";
import { mergeInventory } from "../../migration/merge";
import { TfeClient } from "../../tfe/client";
import { resolveHost } from "../../tfe/host";
import { createProgress } from "../progress";
import type { Context } from "./context";

export interface Refreshed {
  readonly before: Inventory | undefined;
  readonly inventory: Inventory;
  /** How many attachments were adopted that were not before. */
  readonly adopted: number;
  readonly crossChecks: readonly CrossCheck[];
  /** The webhook's address of each attachment that has one, by id. */
  readonly webhookUrls: ReadonlyMap<string, string>;
  /** Requests that it took. */
  readonly requests: number;
}

/** Opens the organization's API, runs `work`, and closes it. Retries are told on standard error. */
export async function withTfe<T>(context: Context, work: (client: TfeClient) => Promise<T>): Promise<T> {
  const { io, organization } = context;
  const client = new TfeClient(await resolveHost(organization.hostname, io.env), {
    onRetry: (line) => void io.stderr.write(`${line}\n`),
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/**
 * Reads the organization anew, merges it into the inventory, adopts what the wish covers, and saves the file. Nothing is
 * written when anything fails on the way.
 */
export function refreshInventory(context: Context): Promise<Refreshed> {
  return withTfe(context, async (client) => {
    const { io, organization, paths } = context;
    const before = loadInventory(paths.root, paths.key);
    const progress = createProgress(io);
    const { reading, crossChecks, webhookUrls } = await readOrganization(
      client,
      organization.hostname,
      organization.organization,
      progress.step,
    );
    progress.end();
    const now = new Date();
    const merged = mergeInventory(before, reading, now);
    const adoption = adopt(organization, merged, now);
    saveInventory(paths.root, paths.key, adoption.inventory);
    return {
      before,
      inventory: adoption.inventory,
      adopted: adoption.added,
      crossChecks,
      webhookUrls,
      requests: client.requests,
    };
  });
}
