import type { Rule, RuleFinding } from "../rule";

/** The new connection leads to the same GitLab as the old ones, and is for everything that moves to it. */
export const connectionsFit: Rule = {
  id: "connections-fit",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "The new connection points to the same GitLab as the old one, and everything that moves to it may use it.",
  remedy: 'read docs/reference/organization-file.md, "Which connection is it?", before the first wave',
  *check({ expectation }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    const { errors, warnings } = expectation.connections;
    for (const { path, message, fix } of errors) {
      yield {
        message: path === undefined ? message : `${path}: ${message}`,
        ...(fix === undefined ? {} : { remedy: fix }),
      };
    }
    for (const message of warnings) yield { severity: "warning", message };
  },
};
