import { type Document, type LineCounter, visit } from "yaml";
import { masked } from "../util/secret";
import { yamlDocuments } from "../util/yaml-documents";
import type { PlacedFinding } from "./finding";

export type ReadYaml = { readonly lines: LineCounter } & (
  | { readonly type: "read"; readonly document: Document; readonly content: unknown }
  | { readonly type: "wrong"; readonly document?: Document; readonly findings: readonly PlacedFinding[] }
);

/** Reads one YAML document, its anchors and merge keys resolved, or says why it cannot be read. */
export function readYaml(text: string): ReadYaml {
  const { lines, document, another, troubles } = yamlDocuments(text, { merge: true });
  const wrong = (rule: string, message: string, fix: string, offset?: number): ReadYaml => ({
    type: "wrong",
    lines,
    ...(document === undefined ? {} : { document }),
    findings: [{ rule, path: [], message, fix, offset }],
  });
  if (troubles.length > 0) {
    const findings = troubles.map((each) => ({ rule: "yaml", path: [], fix: "correct the YAML", ...each }));
    return { type: "wrong", lines, ...(document === undefined ? {} : { document }), findings };
  }
  if (another !== undefined) {
    return wrong(
      "documents",
      "the file contains more than one YAML document",
      "write one file for each organization",
      another,
    );
  }
  if (document === undefined || document.contents === null) {
    return wrong("empty", "the file is empty", "docs/reference/organization-file.md describes the keys");
  }
  const crowded = crowdedMapping(document);
  if (crowded !== undefined) return { type: "wrong", lines, findings: [crowded] };
  const aliases = badAliases(document);
  if (aliases.length > 0) return { type: "wrong", lines, document, findings: aliases };
  try {
    return { type: "read", lines, document, content: document.toJS() };
  } catch (error) {
    // Too many aliases of aliases, or a merge of what is no mapping.
    const message = error instanceof Error ? masked(error.message) : "it cannot be read";
    return wrong("yaml", message, "write it out without anchors");
  }
}

/** No mapping of an organization's file has so many keys: names stand in lists. */
const MOST_KEYS = 1000;

function crowdedMapping(document: Document): PlacedFinding | undefined {
  let found: PlacedFinding | undefined;
  visit(document, {
    Map(_key, node) {
      if (node.items.length <= MOST_KEYS) return undefined;
      found = {
        rule: "yaml",
        path: [],
        message: `this mapping has ${node.items.length} keys; the limit is ${MOST_KEYS}`,
        fix: "docs/reference/organization-file.md describes the keys",
        offset: node.range?.[0],
      };
      return visit.BREAK;
    },
  });
  return found;
}

/** Aliases of anchors that there are not (yet), and those that stand within what they repeat. */
function badAliases(document: Document): readonly PlacedFinding[] {
  const findings: PlacedFinding[] = [];
  visit(document, {
    Alias(_key, node, around) {
      const target = node.resolve(document);
      const endless = target !== undefined && around.includes(target);
      if (target !== undefined && !endless) return;
      findings.push({
        rule: "yaml",
        path: [],
        message: masked(
          endless
            ? `*${node.source} is inside the value that it repeats`
            : `there is no anchor &${node.source} before *${node.source}`,
        ),
        fix: endless
          ? "write the value out"
          : "put the text in quotes if it is not an alias; an anchor must come before its aliases",
        offset: node.range?.[0],
      });
    },
  });
  return findings;
}
