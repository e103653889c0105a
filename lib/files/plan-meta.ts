import { z } from "zod";
import { UsageError } from "../errors";
import { ModuleMove } from "../migration/module-move";
import { readJson } from "./read-file";

export const PLAN_META_VERSION = 5;

/** What is known of a saved plan beside the plan itself, in `.repoint/ORG/plan/meta.json`. */
export const PlanMeta = z.strictObject({
  version: z.literal(PLAN_META_VERSION),
  hostname: z.string(),
  organization: z.string(),
  /** When Terraform made it, RFC 3339 in UTC. */
  madeAt: z.string(),
  terraformVersion: z.string(),
  /** SHA-256, in hex, of the plan file. */
  planSha256: z.string(),
  /** SHA-256, in hex, of the synthesized configuration it was made from. */
  configurationSha256: z.string(),
  /** SHA-256, in hex, of the organization file it was made from. */
  organizationFileSha256: z.string(),
  /** SHA-256, in hex, of the inventory file it was made from. */
  inventorySha256: z.string(),
  /** `changedAt` of that inventory. */
  inventoryChangedAt: z.string(),
  /** `forward`, or `back` for a rollback. */
  direction: z.enum(["forward", "back"]),
  /** For a rollback: the waves that go back; null for all of them. */
  waves: z.array(z.string()).nullable(),
  /** Whether a rotation made it, which applies its own plan: it replaces the connection's token, and nothing else. */
  rotation: z.boolean(),
  /** Ids of workspaces that were left for a later plan. */
  deferred: z.array(z.string()),
  /** Registry modules that the apply re-points over the API, after Terraform. */
  moves: z.array(ModuleMove),
  /** Whether Terraform had its state from the guard, or by the organization's own backend: the plan file applies no other way. */
  state: z.enum(["served", "own"]),
  /** Whether there is anything to do, for Terraform or over the API. */
  changes: z.boolean(),
});
export type PlanMeta = z.infer<typeof PlanMeta>;

/** Reads a saved plan's description; undefined when there is none. @throws UsageError when it cannot be understood. */
export function readPlanMeta(file: string): PlanMeta | undefined {
  const purpose = { rule: "plan/unreadable-meta", fix: "delete this file's folder and plan again" };
  const json = readJson(file, purpose);
  if (json === undefined) return undefined;
  const result = PlanMeta.safeParse(json.value);
  if (result.success) return result.data;
  const message = `this is not version ${PLAN_META_VERSION} of the plan description`;
  throw new UsageError({ ...purpose, file, message });
}
