import type { Inventory } from "../../migration/inventory-schema";
import { type Restoration, type RestoreTarget, standingOf } from "../../migration/restore";
import { count, table } from "../table";
import type { Context } from "./context";

/** What is known besides the inventory that was read at the end. */
export interface Ended {
  readonly inventory: Inventory;
  /** The inventory before that. */
  readonly before: Inventory | undefined;
  /** Why the server refused to link, by id. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Says how each target stands. @returns whether all that is left to link is as it was recorded */
export function tellRestoration(context: Context, restoration: Restoration, ended: Ended): boolean {
  const { say, paths } = context;
  const { inventory, before, refused } = ended;
  const connection = inventory.connections.find(({ id }) => id === restoration.connectionId);
  const tokens = new Set(connection?.tokens.map(({ id }) => id));
  const standings = restoration.targets.map((target) => ({
    target,
    standing: standingOf(target, inventory, tokens, before),
  }));
  const of = (type: string) => standings.flatMap(({ target, standing }) => (standing.type === type ? [target] : []));
  say(`${of("restored").length} of ${count(standings.length, "attachment")} are linked as recorded.`);
  for (const target of of("elsewhere")) say(`${called(target)} was linked elsewhere meanwhile, and left there.`);
  for (const target of of("gone")) say(`${called(target)} is gone.`);
  for (const { target, standing } of standings) {
    if (standing.type === "otherwise")
      say(`${called(target)} is linked, but NOT as recorded: ${standing.differences.join("; ")}`);
  }
  const unlinked = of("unlinked");
  if (unlinked.length > 0) {
    say("NOT linked: do this by hand.");
    say(
      table(
        ["kind", "name", "repository", "why"],
        unlinked.map((target) => [target.kind, called(target), linkInWords(target), refused.get(target.id) ?? ""]),
      ),
    );
    if (unlinked.some(({ kind }) => kind === "registry-module"))
      say("What to do with registry modules: docs/registry-modules.md");
  }
  if (restoration.hadSshKey && !connection?.tokens.some(({ hasSshKey }) => hasSshKey)) {
    say("The SSH key is missing on the new token: set it in TFE, Settings, VCS Providers, or submodules fail.");
  }
  say("");
  say(
    "This repairs; it does not cure: the next burst of webhooks can race again. The lasting cure is a connection with a",
  );
  say(`personal access token: repoint inventory ${paths.key}, then repoint plan ${paths.key}`);
  return unlinked.length === 0 && of("otherwise").length === 0;
}

const called = ({ name, id }: RestoreTarget): string => `${name} (${id})`;

/** All that a person needs to link it by hand as it was. */
function linkInWords({ vcsRepo }: RestoreTarget): string {
  const { identifier, branch, tags, ingressSubmodules, tagsRegex, sourceDirectory, tagPrefix } = vcsRepo;
  return [
    identifier,
    ...(branch ? [`branch ${branch}`] : []),
    ...(tags === true ? ["versions from tags"] : []),
    ...(ingressSubmodules === true ? ["with submodules"] : []),
    ...(tagsRegex ? [`tags regex ${tagsRegex}`] : []),
    ...(sourceDirectory ? [`folder ${sourceDirectory}`] : []),
    ...(tagPrefix ? [`tag prefix ${tagPrefix}`] : []),
  ].join(", ");
}
