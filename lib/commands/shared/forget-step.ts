import { readJournal } from "../../files/journal";
import { lastPlanned } from "../apply/apply-plan-file";
import { wishSha256 } from "../plan/make-plan-file";
import type { Context } from "./context";

/**
 * What is to be done so that Terraform forgets what was moved; undefined when nothing is. It comes before the old connection is
 * retired: until then the state could still take everything back.
 */
export function releaseStep(context: Context): string | undefined {
  const { organization, paths } = context;
  const apply = `repoint plan ${paths.key}, then repoint apply ${paths.key}`;
  if (organization.release === "none") return `set release: done in ${organization.file}, ${apply}`;
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
  return made?.wishSha256 === undefined || made.wishSha256 === wishSha256(context.organization);
}
