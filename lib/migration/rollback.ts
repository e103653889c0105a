import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { decideAll } from "./decide";
import { type Roles, rolesOf } from "./roles";
import { onOldConnection } from "./select";
import { assignWaves, coveredWaves, waveOrder } from "./waves";

/**
 * The waves of which something is on the new connection, or has lost its link, so that there is something to take back. A wave
 * that never moved is none: taking it back would only import it. Pure.
 */
export function wavesToTakeBack(organization: Organization, inventory: Inventory): ReadonlySet<string> {
  const { newTokenIds } = rolesOf(organization, inventory);
  const isAway = ({ gone, adopted, vcsRepo }: VcsResource) =>
    !gone && (vcsRepo === null ? adopted : newTokenIds.has(vcsRepo.oauthTokenId ?? ""));
  const away = inventory.resources.filter(
    (record) => isAway(record) && onOldConnection(organization, inventory, record),
  );
  return new Set(assignWaves(organization, away, inventory.projects).values());
}

/** Whether what was taken back stays there by the organization's file. */
export type StayBack =
  | { readonly type: "stays" }
  /** The next plan would move that many forward again; `edit` is what the file must say instead. */
  | { readonly type: "moves-again"; readonly count: number; readonly edit: string };

/**
 * Whether the next plan moves waves forward again that were taken back, and which edit keeps them. Each proposal is tried on the
 * inventory before it is given: it moves nothing of these waves forward, and takes nothing of other waves back. Pure.
 *
 * @param back the waves that were taken back
 */
export function stayBack(organization: Organization, inventory: Inventory, back: ReadonlySet<string>): StayBack {
  const moves = movesAgain(organization, inventory, back);
  if (moves === 0) return { type: "stays" };
  const order = waveOrder(organization);
  const fits = (through: string | undefined): boolean => {
    const edited: Organization = { ...organization, direction: "back", through };
    return movesAgain(edited, inventory, back) === 0 && !takesOthersBack(edited, inventory, back);
  };
  if (fits(undefined)) {
    const without = organization.through === undefined ? "" : ", and no through:";
    return { type: "moves-again", count: moves, edit: `direction: back${without}` };
  }
  const through = order.find(fits);
  if (through !== undefined) return { type: "moves-again", count: moves, edit: `direction: back, through: ${through}` };
  // `through` counts from the first wave: it cannot leave out one that stands before a wave that stays.
  const covered = coveredWaves(organization);
  const names = order.filter((wave) => back.has(wave) && covered.has(wave));
  return {
    type: "moves-again",
    count: moves,
    edit: `add the resources of ${names.join(", ")} to exclude: under select: (through: counts from the first wave, so direction: back cannot skip one)`,
  };
}

/** How many resources of these waves a plan would move to the new connection. */
function movesAgain(organization: Organization, inventory: Inventory, back: ReadonlySet<string>): number {
  const { decided, roles } = decideAll(organization, inventory);
  return decided.filter(({ record, decision }) => {
    if (decision.type !== "manage" && decision.type !== "over-api" && decision.type !== "adopt-first") return false;
    if (decision.type !== "adopt-first" && decision.token.type === "id") return false;
    return back.has(decision.wave) && !onNew(record, roles);
  }).length;
}

/** Whether a plan would take back what these waves do not hold, or cannot be made. */
function takesOthersBack(organization: Organization, inventory: Inventory, back: ReadonlySet<string>): boolean {
  const { decided, roles } = decideAll(organization, inventory);
  return decided.some(({ record, decision }) => {
    if (decision.type === "impossible") return true;
    if (decision.type !== "manage" && decision.type !== "over-api") return false;
    if (decision.token.type === "new") return false;
    return !back.has(decision.wave) && onNew(record, roles);
  });
}

const onNew = ({ vcsRepo }: VcsResource, { newTokenIds }: Roles): boolean =>
  newTokenIds.has(vcsRepo?.oauthTokenId ?? "");
