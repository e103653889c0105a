import type { Finding, Review, ReviewedChange } from "../../lib/review/model";
import { readPlan } from "../../lib/review/read-plan";
import { reviewPlan } from "../../lib/review/review";
import { fixtureText, organizationFile } from "../review/support";

/** A review of a real plan. */
export function reviewed(name: string, withOrganizationFile = false): Review {
  return reviewPlan(readPlan(fixtureText(name), "plan.json"), withOrganizationFile ? organizationFile() : undefined);
}

/** A review of the real plan with its workspace told `count` times. */
export function large(count: number, findings: readonly Finding[] = []): Review {
  const review = reviewed("move", true);
  const workspace = review.changes.find(({ kind }) => kind === "workspace");
  if (workspace === undefined) throw new Error("the fixture has no workspace");
  const changes: ReviewedChange[] = [];
  for (let index = 0; index < count; index++) {
    const name = `service-with-a-rather-long-name-${index}`;
    changes.push({ ...workspace, address: `tfe_workspace.${name}`, name, wave: `wave-${index % 7}` });
  }
  return { ...review, changes, findings: [...findings] };
}

export function finding(index: number, change: Partial<Finding> = {}): Finding {
  return {
    rule: "token-only",
    severity: "error",
    address: `tfe_workspace.app_${index}`,
    message: "it would change working_directory, not only its token",
    remedy: "write the resource's current values into its configuration",
    allowed: null,
    ...change,
  };
}

/** What a hostile person may call a workspace. */
export const hostile =
  "x` | <script>alert(1)</script>\n/close\n@all ![i](http://e.test) \u001b[2J\u202e ``` --> </details>";
