import type { ModuleMove } from "../migration/module-move";
import type { Configuration } from "./configuration";
import type { ReviewExpectation } from "./expectation";
import type { JsonObject } from "./json";
import type { Severity } from "./model";
import type { Plan } from "./plan-schema";
import type { Resource } from "./resource";
import type { Secrets } from "./secrets";

/** What is known of the saved plan beside its JSON. */
export interface PlanFacts {
  /** SHA-256 of the plan file that would be applied. */
  readonly fileSha256?: string;
  /** SHA-256 of the synthesized configuration that it was made from. */
  readonly configurationSha256?: string;
  /** The configuration that it was made from, in Terraform's JSON syntax, as a file at hand has it. */
  readonly configuration?: { readonly file: string; readonly json: JsonObject };
  /** SHA-256 of the inventory file that it was made from. */
  readonly inventorySha256?: string;
  readonly hostname?: string;
  readonly organization?: string;
  /** The registry modules that its apply re-points over the API. @default none */
  readonly moves?: readonly ModuleMove[];
}

/** What rules look at. */
export interface Subject {
  readonly plan: Plan;
  readonly configuration: Configuration;
  readonly resources: readonly Resource[];
  /** Those of them that are connections which the plan creates. */
  readonly created: readonly Resource[];
  readonly secrets: Secrets;
  /** Undefined when the plan alone is there to judge by. */
  readonly expectation: ReviewExpectation | undefined;
  readonly facts: PlanFacts;
}

/** What a rule has to say; the rule's own severity and remedy stand where it gives none. */
export interface RuleFinding {
  readonly severity?: Severity;
  /** Left out when it is about the whole plan. */
  readonly address?: string;
  readonly message: string;
  readonly remedy?: string;
}

/** One thing that must hold of a plan. */
export interface Rule {
  /** Stable: `--allow` takes it and reports name it. */
  readonly id: string;
  /** The gravest severity that its findings have. */
  readonly severity: Severity;
  /** It says nothing without an organization file and an inventory. */
  readonly needsOrganizationFile?: true;
  /** Whether what it compares with is at hand. @default always */
  readonly isComparable?: (subject: Subject) => boolean;
  readonly explanation: string;
  readonly remedy: string;
  readonly check: (subject: Subject) => Iterable<RuleFinding>;
}
