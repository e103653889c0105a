import { readJournal } from "../../files/journal";
import { lastPlanned } from "../apply/apply-plan-file";
import { organizationFileSha256 } from "../plan/make-plan-file";
import type { Context } from "./context";

/**
 * What is to be done so that Terraform forgets what was moved; undefined when nothing is. It comes before the old connection is
 * retired: until then the state could still take everything back.
 */
export function forgetStep(context: Context): string | undefined {
  const { organization, paths } = context;
  const apply = `repoint plan ${paths.key}, then repoint apply ${paths.key}`;
  if (organization.forget === "none") return `set forget: done in ${organization.file}, ${apply}`;
  return isFileApplied(context) ? undefined : `${apply} (${organization.file} has changed since the last apply)`;
}

/** Whether the last plan that was applied, or that found nothing to do, was made from what the organization's file says now. */
function isFileApplied(context: Context): boolean {
  const last = lastPlanned(context);
  // Who deploys with cdktf has no plan of Repoint's.
  if (last === undefined) return true;
  const made = readJournal(context.paths.journal)
    .entries.filter(({ event, planSha256 }) => event === "plan.made" && planSha256 === last.planSha256)
    .at(-1);
  return (
    made?.organizationFileSha256 === undefined ||
    made.organizationFileSha256 === organizationFileSha256(context.organization)
  );
}
