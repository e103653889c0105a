import type { Document, LineCounter } from "yaml";
import type { Problem } from "../errors";
import { type DraftOrganizationFile, draftOf } from "./draft";
import { findSecrets } from "./find-secrets";
import type { PlacedFinding } from "./finding";
import { misreadSettings } from "./misread-settings";
import { normalise } from "./normalise";
import type { Organization } from "./organization";
import { keyOffset, pathText, valueOffset, writtenText } from "./place";
import { readYaml } from "./read-yaml";
import { rules } from "./rules";
import { ORGANIZATION_FILE_VERSION, OrganizationFile } from "./schema";
import { schemaFindings, type WrittenAt } from "./schema-findings";

export type ParsedOrganizationFile =
  | { readonly type: "read"; readonly organization: Organization }
  | {
      readonly type: "wrong";
      readonly problems: readonly Problem[];
      /** What it says it is for, as far as that can be read. */
      readonly identity: { readonly hostname: string | undefined; readonly organization: string | undefined };
    };

/** Reads an organization file, or says everything that is wrong with it, each with its place in the file, from top to bottom. Pure. */
export function parseOrganizationFile(text: string, file: string): ParsedOrganizationFile {
  const yaml = readYaml(text);
  const judged: Judged =
    yaml.type === "read"
      ? judge(yaml.content, (path) => writtenText(yaml.document, path))
      : { findings: yaml.findings, organizationFile: undefined, draft: {} };
  const said = new Set(judged.findings.filter(({ rule }) => rule === "ids").map(({ path }) => pathText(path)));
  // Where an id belongs, the rule of ids has said already what stands there instead.
  const secrets = findSecrets(text, yaml.document).filter(({ path }) => !said.has(pathText(path)));
  const findings = [...judged.findings, ...secrets];
  if (judged.organizationFile !== undefined && findings.length === 0) {
    return { type: "read", organization: normalise(judged.organizationFile, file) };
  }
  const { hostname, organization } = judged.draft;
  return {
    type: "wrong",
    problems: atMost(
      MOST_PROBLEMS,
      file,
      inOrder(findings, yaml.document).map(({ rule, path, message, fix, offset }) => ({
        rule: `organization/${rule}`,
        file: at(file, yaml.lines, offset),
        path: pathText(path),
        message,
        fix,
      })),
    ),
    identity: { hostname: hostname?.toLowerCase(), organization },
  };
}

/** More than that are of no use to anybody. */
const MOST_PROBLEMS = 200;

function atMost(count: number, file: string, problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= count) return problems;
  const message = `there are ${problems.length - count} more problems`;
  return [...problems.slice(0, count), { rule: "organization/more", file, message, fix: "fix these first" }];
}

interface Judged {
  readonly findings: readonly PlacedFinding[];
  /** Undefined when it failed its schema. */
  readonly organizationFile: OrganizationFile | undefined;
  readonly draft: DraftOrganizationFile;
}

function judge(content: unknown, writtenAt: WrittenAt): Judged {
  const version = typeof content === "object" && content !== null && "version" in content ? content.version : undefined;
  if (typeof version === "number" && version > ORGANIZATION_FILE_VERSION) {
    const message = `this is version ${version} of the format; this program reads version ${ORGANIZATION_FILE_VERSION}`;
    const findings = [{ rule: "version", path: ["version"], message, fix: "use a newer Repoint" }];
    return { findings, organizationFile: undefined, draft: {} };
  }
  const parsed = OrganizationFile.safeParse(content);
  const wrong = parsed.success ? [] : parsed.error.issues.flatMap((issue) => schemaFindings(issue, content, writtenAt));
  const draft = parsed.success
    ? parsed.data
    : draftOf(
        content,
        wrong.filter(({ rule }) => rule === "schema").map(({ path }) => path),
      );
  const misread = misreadSettings(content, writtenAt);
  const broken = rules.flatMap((rule) => rule.check(draft).map((finding) => ({ ...finding, rule: rule.id })));
  return {
    findings: [...wrong, ...misread, ...broken],
    organizationFile: parsed.success ? parsed.data : undefined,
    draft,
  };
}

function inOrder(findings: readonly PlacedFinding[], document: Document | undefined): readonly PlacedFinding[] {
  return findings
    .map((finding) => ({ ...finding, offset: finding.offset ?? offsetOf(finding, document) }))
    .sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
}

function offsetOf({ rule, path }: PlacedFinding, document: Document | undefined): number | undefined {
  if (document === undefined || document.contents === null) return undefined;
  return (rule === "unknown-key" ? keyOffset(document, path) : undefined) ?? valueOffset(document, path);
}

function at(file: string, lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return file;
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}
