import type { Draft, DraftOrganizationFile } from "../draft";
import type { Path } from "../finding";
import type { MatcherFile } from "../schema";

export interface PlacedMatcher {
  readonly matcher: Draft<MatcherFile>;
  readonly path: Path;
  /** Whether one without a condition is a mistake: it would take everything. */
  readonly needsCondition: boolean;
}

/** Every matcher of an organization file. */
export function matchersOf({ select, managedElsewhere, waves }: DraftOrganizationFile): readonly PlacedMatcher[] {
  const { exclude, ...selected } = select ?? {};
  return [
    { matcher: selected, path: ["select"], needsCondition: false },
    ...each(exclude, ["select", "exclude"], true),
    ...each(managedElsewhere, ["managedElsewhere"], true),
    ...each(waves, ["waves"], false),
  ];
}

function each(
  list: readonly (Draft<MatcherFile> | undefined)[] | undefined,
  path: Path,
  needsCondition: boolean,
): readonly PlacedMatcher[] {
  return (list ?? []).flatMap((matcher, index) =>
    matcher === undefined ? [] : [{ matcher, path: [...path, index], needsCondition }],
  );
}
