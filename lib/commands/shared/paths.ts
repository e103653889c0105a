import { join } from "node:path";
import { journalPath } from "../../files/journal";
import { organizationKey } from "../../organization/key";
import type { Organization } from "../../organization/organization";

/** Where one organization's files are. */
export interface Paths {
  /** What the user calls it: its organization file's name without `.yaml`; also the name of its CDKTF stack. */
  readonly key: string;
  readonly root: string;
  /** The synthesized configuration, in which Terraform runs. */
  readonly stack: string;
  /** Where Terraform runs when the guard serves its state; as deep as `stack`, so that relative paths agree. */
  readonly run: string;
  /** Everything that runs leave behind but the inventory. */
  readonly runs: string;
  readonly lock: string;
  readonly journal: string;
  /** How the last verification ended. */
  readonly verification: string;
  /** What the last preflight read of repositories. */
  readonly preflight: string;
  /** What a restoration that was begun must link again. */
  readonly restoration: string;
  /** The saved plan's folder. It is for its owner alone: a plan file holds the PAT. */
  readonly plan: string;
  readonly planFile: string;
  readonly planMeta: string;
  /** What the plan read of remote state consumers, for its apply. */
  readonly planConsumers: string;
  /** Terraform's CLI configuration behind the guard. */
  readonly guardConfiguration: string;
  /** While it is there, nothing is written to TFE. */
  readonly pause: string;
  /** What Terraform said in the last apply. */
  readonly terraformLog: string;
}

export function pathsOf(root: string, organization: Organization): Paths {
  const key = organizationKey(organization);
  const runs = join(root, ".repoint", key);
  const plan = join(runs, "plan");
  return {
    key,
    root,
    stack: join(root, "cdktf.out", "stacks", key),
    run: join(runs, "run"),
    runs,
    lock: join(runs, "lock"),
    journal: journalPath(root, key),
    verification: join(runs, "verification.json"),
    preflight: join(runs, "preflight.json"),
    restoration: join(runs, "restore.json"),
    plan,
    planFile: join(plan, "plan.tfplan"),
    planMeta: join(plan, "meta.json"),
    planConsumers: join(plan, "consumers.json"),
    guardConfiguration: join(runs, "terraform.tfrc.json"),
    pause: join(runs, "pause"),
    terraformLog: join(runs, "terraform.log"),
  };
}
