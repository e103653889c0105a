import type { VcsResource } from "../kinds";
import type { VcsRepo } from "../kinds/vcs-repo";
import { quoted } from "../util/json-text";

/** What differs in a resource but for its token. Each is one line: `branch: "main" → "develop"`. */
export interface Differences {
  /** Since the plan that is compared with; since the baseline where there is none. */
  readonly found: readonly string[];
  /** In its VCS link from the baseline, and known to that plan already: somebody meant it, and no plan of ours undoes it. */
  readonly earlier: readonly string[];
}

/** Compares a resource with its baseline and with the record that the last plan was made from. */
export function differences(record: VcsResource, before: VcsResource | undefined): Differences {
  const found: string[] = [];
  const earlier: string[] = [];
  if (record.vcsRepo !== null) {
    const link = withoutToken(record.vcsRepo);
    const baseline = record.baseline?.vcsRepo;
    const planned = before?.vcsRepo ?? before?.lastVcsRepo;
    if (planned != null) {
      compare(withoutToken(planned), link, found);
      if (baseline !== undefined) compare(withoutToken(baseline), withoutToken(planned), earlier);
    } else if (baseline !== undefined) compare(withoutToken(baseline), link, found);
  }
  if (before !== undefined) {
    compare(
      { name: before.name, projectId: before.projectId },
      { name: record.name, projectId: record.projectId },
      found,
    );
    compare(withoutSource(before.settings), withoutSource(record.settings), found);
  }
  return { found, earlier };
}

/** What differs between two links but for their tokens. */
export function linkDifferences(before: VcsRepo, after: VcsRepo): readonly string[] {
  const found: string[] = [];
  compare(withoutToken(before), withoutToken(after), found);
  return found;
}

/** Those of the keys whose values differ, one line each. */
export function changedKeys(before: object, after: object, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const [a, b] = [normal(Reflect.get(before, key)), normal(Reflect.get(after, key))];
    return a === b ? [] : [`${key}: ${a} → ${b}`];
  });
}

function compare(before: object, after: object, found: string[]): void {
  found.push(...changedKeys(before, after, [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()));
}

/** An absent value, null and "" mean the same in every attribute of a VCS link and of settings (go-tfe, the provider). */
function normal(value: unknown): string {
  return value === undefined || value === null ? '""' : quoted(value);
}

/** Without the token, and without how the server shows the repository's name: it computes that anew at will. */
function withoutToken({ oauthTokenId: _, displayIdentifier: __, ...rest }: VcsRepo): object {
  return rest;
}

/** What created a workspace is no setting, and older inventories do not have it. */
function withoutSource(settings: VcsResource["settings"]): object {
  if (!("source" in settings)) return settings;
  const { source: _, ...rest } = settings;
  return rest;
}
