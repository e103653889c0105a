import { table } from "../../cli/table";
import type { RestoreTarget } from "../../migration/restore";
import type { Text } from "../../util/plain-text";

/** At most this many rows are shown. */
const ROWS = 50;

export const called = ({ name, id }: RestoreTarget): string => `${name} (${id})`;

/** Targets with all that a person needs to link each by hand as it was, and why it is not linked where that is known. */
export function targetTable(targets: readonly RestoreTarget[], why?: ReadonlyMap<string, string>): readonly Text[] {
  const rows = targets
    .slice(0, why === undefined ? ROWS : targets.length)
    .map((target) => [
      target.kind,
      called(target),
      linkInWords(target),
      ...(why === undefined ? [] : [why.get(target.id) ?? ""]),
    ]);
  const header = ["kind", "name", "repository", ...(why === undefined ? [] : ["why"])];
  const more = targets.length - rows.length;
  return [...table(header, rows), ...(more > 0 ? [`… and ${more} more`] : [])];
}

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
