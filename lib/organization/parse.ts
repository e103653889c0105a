import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import type { z } from "zod";
import type { Problem } from "../errors";
import { nearest } from "../util/nearest";
import { normalise } from "./normalise";
import type { Organization } from "./organization";
import { rules } from "./rules";
import type { Finding } from "./rules/rule";
import { WISH_VERSION, WishFile } from "./schema";
import { shown } from "./secret";

export type ParsedWish =
  | { readonly type: "read"; readonly organization: Organization }
  | { readonly type: "wrong"; readonly problems: readonly Problem[] };

/** Reads a wish, or says everything that is wrong with it, each with its place in the file. Pure. */
export function parseWish(text: string, file: string): ParsedWish {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  const [document] = Array.isArray(documents) ? documents : [];
  const wrong = (problem: Omit<Problem, "file">): ParsedWish => ({ type: "wrong", problems: [{ file, ...problem }] });
  if (document === undefined || document.contents === null) {
    return wrong({
      rule: "wish/empty",
      message: "the file is empty",
      fix: "docs/organization.md says what a wish holds",
    });
  }
  if (Array.isArray(documents) && documents.length > 1) {
    return wrong({
      rule: "wish/documents",
      message: "the file holds more than one YAML document",
      fix: "one file an organization",
    });
  }
  if (document.errors.length > 0) {
    return {
      type: "wrong",
      problems: document.errors.map((error) => ({
        rule: "wish/yaml",
        file: at(file, lines, error.pos[0]),
        message: shownMessage(error.message),
        fix: "correct the YAML",
      })),
    };
  }
  const content: unknown = document.toJS();
  const version = typeof content === "object" && content !== null && "version" in content ? content.version : undefined;
  if (typeof version === "number" && version > WISH_VERSION) {
    return wrong({
      rule: "wish/version",
      path: "version",
      message: `this is version ${version} of the format; this program reads version ${WISH_VERSION}`,
      fix: "use a newer Repoint",
    });
  }
  const parsed = WishFile.safeParse(content);
  const findings = parsed.success
    ? rules.flatMap((rule) => rule.check(parsed.data).map((finding) => ({ ...finding, rule: rule.id })))
    : parsed.error.issues.flatMap((issue) => schemaFindings(issue, content));
  if (parsed.success && findings.length === 0) return { type: "read", organization: normalise(parsed.data, file) };
  return {
    type: "wrong",
    problems: findings.map(({ rule, path, message, fix }) => ({
      rule: `wish/${rule}`,
      file: at(file, lines, offsetOf(document, path)),
      path: pathText(path),
      message,
      fix,
    })),
  };
}

function schemaFindings(issue: z.core.$ZodIssue, content: unknown): readonly (Finding & { readonly rule: string })[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => {
      const close = nearest(key, known);
      return {
        rule: "unknown-key",
        path: [...path, key],
        message: `there is no key ${shown(key)} here`,
        fix:
          close === undefined
            ? `the keys here: ${known.join(", ") || "see docs/organization.md"}`
            : `did you mean ${close}?`,
      };
    });
  }
  const value = path.reduce<unknown>((inside, key) => property(inside, key), content);
  const missing = value === undefined;
  return [
    {
      rule: missing ? "missing" : "schema",
      path,
      message: missing ? "this key is missing" : `got ${shown(value)}; ${shownMessage(issue.message)}`,
      fix: "docs/organization.md says what belongs here",
    },
  ];
}

/** The keys that may stand at a place in a wish, for suggestions. */
function knownKeys(path: readonly (string | number)[]): readonly string[] {
  const schema = path.reduce<unknown>((inside, key) => {
    const shape = shapeOf(inside);
    return typeof key === "number" ? property(unwrap(inside), "element") : property(shape, key);
  }, WishFile);
  const shape = shapeOf(schema);
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

function shapeOf(schema: unknown): unknown {
  return property(unwrap(schema), "shape");
}

function unwrap(schema: unknown): unknown {
  const inner = property(property(schema, "def"), "innerType");
  return inner === undefined ? schema : unwrap(inner);
}

function property(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** Where in the text a path's value stands, or the nearest thing around it that there is. */
function offsetOf(document: Document.Parsed, path: Finding["path"]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return undefined;
}

function at(file: string, lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return file;
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}

function pathText(path: Finding["path"]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** The first line of a library's message; the rest quotes the file, which may hold a secret. */
function shownMessage(message: string): string {
  const [first = ""] = message.split("\n");
  return first.replace(/^Invalid (input|option|value): /, "").replace(/:$/, "");
}
