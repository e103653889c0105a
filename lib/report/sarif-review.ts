import { createHash } from "node:crypto";
import type { Finding, Review, Severity } from "../review/model";
import { jsonText } from "../util/json-text";
import { printable } from "../util/plain-text";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/**
 * The findings as SARIF 2.1.0. What is allowed is there as suppressed, with its reason.
 *
 * @param file what the findings are shown at, relative to the repository.
 * @param version Repoint's own.
 */
export function sarifReview(review: Review, file: string, version: string): string {
  const index = new Map(review.rules.map(({ id }, position) => [id, position]));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "repoint review",
            semanticVersion: version,
            rules: review.rules.map(({ id, severity, explanation }) => ({
              id,
              shortDescription: { text: explanation },
              defaultConfiguration: { level: levels[severity] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: review.findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: index.get(finding.rule) ?? -1,
          level: levels[finding.severity],
          message: { text: printable(`${finding.message}. What to do: ${finding.remedy}.`) },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: 1 } },
              ...(finding.address === null
                ? {}
                : { logicalLocations: [{ fullyQualifiedName: printable(finding.address), kind: "resource" }] }),
            },
          ],
          partialFingerprints: { "repointFinding/v1": fingerprint(finding) },
          ...(finding.allowed === null
            ? {}
            : { suppressions: [{ kind: "external", status: "accepted", justification: printable(finding.allowed) }] }),
        })),
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

function fingerprint({ rule, address, message }: Finding): string {
  return createHash("sha256")
    .update(jsonText([rule, address, message]))
    .digest("hex");
}
