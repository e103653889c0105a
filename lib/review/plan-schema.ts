import type { Json, JsonObject } from "./json";

/**
 * A Terraform plan as `terraform show -json` prints it (format version 1.x, Terraform 1.7 and later): the part that a
 * review needs, checked for shape.
 */
export interface Plan {
  /** Of the JSON text, hexadecimal. */
  readonly sha256: string;
  readonly formatVersion: string;
  readonly terraformVersion: string;
  /** When Terraform made the plan, RFC 3339. */
  readonly timestamp: string | undefined;
  /** Undefined where this version of Terraform does not say. */
  readonly errored: boolean | undefined;
  readonly complete: boolean | undefined;
  readonly applyable: boolean | undefined;
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly ResourceChange[];
  /** What Terraform puts off to a later plan. */
  readonly deferred: readonly { readonly address: string; readonly reason: string }[];
  /** Provider actions (Terraform 1.14) that the apply would invoke, deferred ones too: their addresses. */
  readonly actions: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly change: Change }[];
  readonly checks: readonly { readonly address: string; readonly status: string }[];
  /** The values of the root module's variables, in clear. */
  readonly variables: ReadonlyMap<string, Json>;
  /** By address, the values of the managed resources that the state holds before, and of those it is to hold after. */
  readonly prior: ReadonlyMap<string, Json | undefined>;
  readonly planned: ReadonlyMap<string, Json | undefined>;
  /** Attributes of the connections that the plan looked up (`data.tfe_oauth_client`). */
  readonly lookups: readonly Json[];
  readonly configuration: JsonObject;
  /** Members that this format did not have when this was written. */
  readonly unknownParts: readonly string[];
}

/** What Terraform would do with one object. */
export const planActions = ["no-op", "create", "read", "update", "delete", "forget", "replace"] as const;
export type PlanAction = (typeof planActions)[number];

export interface Change {
  readonly action: PlanAction;
  /** As the plan has them, `["delete", "create"]` for example. */
  readonly actions: readonly string[];
  readonly before: Json;
  readonly after: Json;
  readonly afterUnknown: Json;
  readonly beforeSensitive: Json;
  readonly afterSensitive: Json;
  readonly replacePaths: readonly Json[];
  readonly importing:
    | { readonly id: string | undefined; readonly identity: Json; readonly unknown: boolean }
    | undefined;
  readonly generatedConfig: boolean;
}

export interface ResourceChange {
  readonly address: string;
  readonly previousAddress: string | undefined;
  readonly moduleAddress: string | undefined;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly providerName: string;
  /** The key of a deposed object: what is left of a replacement that was broken off. */
  readonly deposed: string | undefined;
  readonly actionReason: string | undefined;
  readonly change: Change;
}
