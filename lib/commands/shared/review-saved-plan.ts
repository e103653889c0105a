import { type Synthesized, synthesizeAside } from "../../app";
import { Migration } from "../../migration/migration";
import type { Review } from "../../review/model";
import { movesOf } from "../../review/moves";
import { readPlan } from "../../review/read-plan";
import { Terraform } from "../../terraform/terraform";
import { decisionsOf, savedPlan } from "../plan/make-plan-file";
import type { Context } from "./context";
import { type Allowing, inventoryOf, judge } from "./review-expectation";
import { terraformPlace } from "./run-terraform";

/** What the plan should say, and the configuration that says it. */
export interface Made {
  readonly migration: Migration;
  readonly synthesized: Synthesized;
}

/** How the configuration is synthesized that a plan was made from. */
type Synthesize = (migration: Migration) => Synthesized;

/**
 * Reviews the saved plan of `repoint plan`, the very file that `repoint apply` would run, by the organization file and the inventory as
 * they are now. What is allowed goes into the journal, with its reason.
 *
 * @param made what it was made from, where this run made it. @default decided and synthesized anew
 * @throws UsageError when there is no saved plan, or the file is not the one that was saved.
 */
export async function reviewSavedPlan(context: Context, options: Allowing = {}, made?: Made): Promise<Review> {
  const { organization } = context;
  const synthesized: Synthesize = ({ plan }) => made?.synthesized ?? synthesizeAside(organization, plan);
  return (await makeAndReview(context, options, synthesized, made?.migration)).review;
}

/**
 * The same, and what the plan was made from.
 *
 * @param synthesized is called while Terraform works on the plan file
 * @param known what it was decided from, where this run has decided it
 */
export async function makeAndReview(
  context: Context,
  options: Allowing,
  synthesized: Synthesize,
  known?: Migration,
): Promise<Made & { readonly review: Review }> {
  const { organization, paths, journal } = context;
  const meta = savedPlan(context);
  const migration = known ?? Migration.decide(organization, inventoryOf(context), decisionsOf(meta));
  // Not through terraformOf: showing a plan needs no token.
  const shown = new Terraform({
    ...terraformPlace(context, meta.state),
    resources: migration.inventory.resources.length,
  }).showPlan(paths.planFile);
  shown.catch(() => {});
  const made: Made = { migration, synthesized: synthesized(migration) };
  const plan = readPlan(await shown, paths.planFile);
  const review = judge(context, plan, migration, {
    ...options,
    configurationSha256: made.synthesized.sha256,
    configuration: made.synthesized.configuration,
    facts: {
      fileSha256: meta.planSha256,
      configurationSha256: meta.configurationSha256,
      inventorySha256: meta.inventorySha256,
      hostname: meta.hostname,
      organization: meta.organization,
      moves: meta.moves,
    },
  });
  const { verdict, digest, findings } = review;
  const allowed = [...new Set(findings.flatMap((finding) => (finding.allowed === null ? [] : [finding.rule])))];
  journal("plan.reviewed", {
    planSha256: meta.planSha256,
    verdict,
    digest,
    moves: movesOf(review),
    allowed: allowed.map((rule) => ({ rule, reason: options.allow?.get(rule) })),
  });
  return { ...made, review };
}
