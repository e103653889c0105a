import type { AttachmentRecord, VcsRepo } from "./inventory-schema";

/** What differs in an attachment but for its token. Each is one line: `branch: "main" → "develop"`. */
export interface Differences {
  /** Since the plan that is compared with; since the baseline where there is none. */
  readonly found: readonly string[];
  /** In its VCS link from the baseline, and known to that plan already: somebody meant it, and no plan of ours undoes it. */
  readonly earlier: readonly string[];
}

/** Compares an attachment with its baseline and with the record that the last plan was made from. */
export function differences(record: AttachmentRecord, before: AttachmentRecord | undefined): Differences {
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
    compare(before.settings, record.settings, found);
  }
  return { found, earlier };
}

function compare(before: object, after: object, found: string[]): void {
  const was: Record<string, unknown> = { ...before };
  const is: Record<string, unknown> = { ...after };
  for (const key of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
    const [a, b] = [normal(was[key]), normal(is[key])];
    if (a !== b) found.push(`${key}: ${a} → ${b}`);
  }
}

/** An absent value, null and "" mean the same in every attribute of a VCS link and of settings (go-tfe, the provider). */
function normal(value: unknown): string {
  return value === undefined || value === null ? '""' : JSON.stringify(value);
}

function withoutToken({ oauthTokenId: _, ...rest }: VcsRepo): Omit<VcsRepo, "oauthTokenId"> {
  return rest;
}
