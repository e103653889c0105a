import {
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { masked } from "./secret";

/** What is wrong in a text, and where. */
export interface YamlTrouble {
  readonly message: string;
  readonly offset: number | undefined;
}

export interface YamlDocuments {
  readonly lines: LineCounter;
  /** The first document; undefined when there is none, or it cannot be looked into. */
  readonly document: Document | undefined;
  /** Where a second document begins. */
  readonly another: number | undefined;
  readonly troubles: readonly YamlTrouble[];
}

/** The parser, and what digs into its result, end at some thousands. */
const DEEPEST = 64;
/** Each is looked for in the whole document. */
const MOST_ALIASES = 200;
/** More than that are of no use to anybody. */
const MOST_TROUBLES = 50;

/**
 * Reads YAML from outside. What the parser would take for ever over (keys that stand twice among very many, aliases without end), and
 * what is beyond its stack, is a trouble like others.
 */
export function yamlDocuments(
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): YamlDocuments {
  const lines = new LineCounter();
  let documents: readonly Document.Parsed[];
  try {
    // Pretty errors would quote the text, which may hold a secret. The parser compares each key with each other one.
    const parsed = parseAllDocuments(text, { ...options, lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    documents = Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { lines, document: undefined, another: undefined, troubles: [tooDeep(undefined)] };
  }
  const [document, another] = documents;
  const beyond = document === undefined ? undefined : beyondReach(document);
  if (beyond !== undefined) return { lines, document: undefined, another: undefined, troubles: [beyond] };
  const errors = (document?.errors ?? []).map(({ message, pos }) => ({ message: masked(message), offset: pos[0] }));
  const found = [...errors, ...(document === undefined ? [] : repeatedKeys(document))];
  const troubles = found.slice(0, MOST_TROUBLES);
  if (found.length > troubles.length)
    troubles.push({ message: `there are ${found.length - troubles.length} more such errors`, offset: undefined });
  return { lines, document, another: another?.range[0], troubles };
}

/** Too many aliases, or nesting that is too deep. */
function beyondReach(document: Document.Parsed): YamlTrouble | undefined {
  let aliases = 0;
  for (const { node, depth } of collections(document)) {
    if (depth > DEEPEST) return tooDeep(node.range?.[0]);
    for (const item of isSeq(node) ? node.items : node.items.map(({ value }) => value)) if (isAlias(item)) aliases += 1;
  }
  if (aliases <= MOST_ALIASES) return undefined;
  return { message: `there are ${aliases} aliases; the limit is ${MOST_ALIASES}`, offset: undefined };
}

function repeatedKeys(document: Document.Parsed): readonly YamlTrouble[] {
  const troubles: YamlTrouble[] = [];
  for (const { node } of collections(document)) {
    const keys = new Set<unknown>();
    for (const { key } of isMap(node) ? node.items : []) {
      if (!isScalar(key)) continue;
      if (keys.has(key.value)) troubles.push({ message: "Map keys must be unique", offset: key.range?.[0] });
      keys.add(key.value);
    }
  }
  return troubles.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
}

/** Every mapping and sequence, found without recursion. */
function* collections(
  document: Document.Parsed,
): Generator<{ readonly node: YAMLMap | YAMLSeq; readonly depth: number }> {
  const open: { readonly node: unknown; readonly depth: number }[] = [{ node: document.contents, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (!isMap(node) && !isSeq(node)) continue;
    yield { node, depth };
    if (isSeq(node)) for (const item of node.items) open.push({ node: item, depth: depth + 1 });
    else
      for (const { key, value } of node.items)
        open.push({ node: key, depth: depth + 1 }, { node: value, depth: depth + 1 });
  }
}

const tooDeep = (offset: number | undefined): YamlTrouble => ({
  message: `it is nested more than ${DEEPEST} levels deep`,
  offset,
});
