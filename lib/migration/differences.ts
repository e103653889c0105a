import type { AttachmentRecord, VcsRepo } from "./inventory-schema";

/**
 * What differs in an attachment but for its token: in its VCS link from the baseline, in its settings from an earlier record.
 * Each is one line: `branch: "main" → "develop"`.
 */
export function differences(record: AttachmentRecord, before: AttachmentRecord | undefined): readonly string[] {
  const found: string[] = [];
  const baseline = record.baseline?.vcsRepo;
  if (baseline !== undefined && record.vcsRepo !== null) {
    compare(withoutToken(baseline), withoutToken(record.vcsRepo), found);
  }
  if (before !== undefined) {
    compare(
      { name: before.name, projectId: before.projectId },
      { name: record.name, projectId: record.projectId },
      found,
    );
    compare(before.settings, record.settings, found);
  }
  return found;
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
