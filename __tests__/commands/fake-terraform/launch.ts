import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../support";

/** How the fake Terraform misbehaves. */
export interface Misbehaviour {
  /** Another Terraform holds the state. */
  readonly locked?: boolean;
  /** Its apply fails after that many changes. */
  readonly failAfter?: number;
  /** It leaves the first half of a state when its apply fails. */
  readonly breakState?: boolean;
  /** It could save the state in `errored.tfstate` alone when its apply fails. */
  readonly errored?: boolean;
  /** What it says on both streams beside its own words. */
  readonly says?: string;
}

/** Has a stage's commands use a Terraform that needs nothing but Node (`main.js`), and gives them what a plan needs. */
export function useFakeTerraform(stage: Stage): { misbehave(how: Misbehaviour): void } {
  const launcher = join(stage.folder, "terraform");
  writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "main.js")}" "$@"\n`);
  chmodSync(launcher, 0o755);
  stage.env.TERRAFORM_BINARY_NAME = launcher;
  stage.env.TF_VAR_gitlab_pat = stage.sandbox.gitlab.pat;
  return {
    misbehave: (how) => {
      stage.env.FAKE_TERRAFORM = JSON.stringify(how);
    },
  };
}
