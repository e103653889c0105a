import { createHash } from "node:crypto";
import type { Finding, Review, Severity } from "../review/model";
import { jsonText } from "../util/json-text";
import { printable } from "../util/plain-text";

/**
 * GitLab's Terraform report (`artifacts:reports:terraform`): the counts of its merge-request widget. A replacement counts
 * as one created and one deleted, since both is what Terraform would do; what goes over the API as changed.
 */
export function gitlabTerraformReport({ summary }: Review): string {
  const { create, update, overApi, replace } = summary;
  return `${jsonText({ create: create + replace, update: update + overApi, delete: summary.delete + replace })}\n`;
}

const qualitySeverity: Readonly<Record<Severity, string>> = { error: "blocker", warning: "minor", info: "info" };

/**
 * GitLab's Code Quality report (`artifacts:reports:codequality`): one entry a finding.
 *
 * @param file what the findings are shown at, relative to the repository.
 */
export function gitlabCodeQuality(review: Review, file: string): string {
  const seen = new Map<string, number>();
  const entries = review.findings.map((finding) => ({
    description: printable(describe(finding)),
    check_name: finding.rule,
    fingerprint: fingerprint(finding, seen),
    severity: finding.allowed === null ? qualitySeverity[finding.severity] : "info",
    location: { path: file, lines: { begin: 1 } },
  }));
  return `${jsonText(entries, 2)}\n`;
}

function describe({ address, message, remedy, allowed }: Finding): string {
  const what = address === null ? message : `${address}: ${message}`;
  return allowed === null ? `${what} (${remedy})` : `${what} (allowed: ${allowed})`;
}

/** The same for the same finding in every run; different for each in one report, as GitLab demands. */
function fingerprint({ rule, address, message }: Finding, seen: Map<string, number>): string {
  const key = jsonText([rule, address, message]);
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return createHash("sha256")
    .update(count === 0 ? key : `${key}#${count}`)
    .digest("hex");
}
