import { parseJson } from "../util/json";
import type { RuleId } from "./rules";
import type { GuardRequest } from "./ruling";
import { isNothing, isObject, member } from "./same-value";

/** The one object of a JSON:API request. */
export interface Document {
  readonly type: string;
  /** undefined where the body names none: the path does. */
  readonly id: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What each relationship holds: its `data`. */
  readonly relationships: Readonly<Record<string, unknown>>;
}

export type Understood<T> =
  | { readonly type: "understood"; readonly value: T }
  | { readonly type: "wrong"; readonly rule: RuleId; readonly why: string };

const wrong = (rule: RuleId, why: string) => ({ type: "wrong", rule, why }) as const;

/** The object that a write is about. @param expected the type that its path calls for */
export function readDocument(request: GuardRequest, expected: string): Understood<Document> {
  const data = readData(request);
  return data.type === "wrong" ? data : documentIn(data.value, expected);
}

/** The objects that a write of a to-many relationship names. */
export function readDocuments(request: GuardRequest, expected: string): Understood<readonly Document[]> {
  const data = readData(request);
  if (data.type === "wrong") return data;
  if (!Array.isArray(data.value)) return wrong("unreadable-body", "its body is not a list of objects");
  const found: Document[] = [];
  for (const item of data.value) {
    const one = documentIn(item, expected);
    if (one.type === "wrong") return one;
    found.push(one.value);
  }
  return { type: "understood", value: found };
}

function readData({ headers, body }: GuardRequest): Understood<unknown> {
  const type = headers["content-type"];
  if (typeof type !== "string" || !/^application\/vnd\.api\+json(?:\s*;\s*charset="?utf-8"?)?$/i.test(type.trim()))
    return wrong("content-type", "its body is not JSON:API");
  if (headers["content-encoding"] !== undefined) return wrong("content-type", "its body is encoded");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return wrong("unreadable-body", "its body is not UTF-8");
  }
  const json = parseJson(text);
  if (json.type === "wrong") return wrong("unreadable-body", `its body ${json.reason}`);
  if (!isObject(json.value)) return wrong("unreadable-body", "its body is not a JSON:API document");
  const [more] = Object.keys(json.value).filter((key) => key !== "data");
  if (more !== undefined) return wrong("unreadable-body", "its body contains more than `data`");
  return { type: "understood", value: member(json.value, "data") };
}

const KEYS: ReadonlySet<string> = new Set(["type", "id", "attributes", "relationships"]);

function documentIn(data: unknown, expected: string): Understood<Document> {
  if (!isObject(data)) return wrong("unreadable-body", "its body contains no object");
  if (Object.keys(data).some((key) => !KEYS.has(key)))
    return wrong("unreadable-body", "its object contains more than type, id, attributes and relationships");
  const type = member(data, "type");
  // go-tfe names no type for a stack (`StackUpdateOptions`); the path does.
  if (!isNothing(type) && type !== expected) return wrong("another-object", `its body is not about ${expected}`);
  const id = member(data, "id");
  if (!isNothing(id) && typeof id !== "string")
    return wrong("another-object", "its body has an id that is not a string");
  const attributes = member(data, "attributes") ?? {};
  const relationships = member(data, "relationships") ?? {};
  if (!isObject(attributes) || !isObject(relationships))
    return wrong("unreadable-body", "its attributes or relationships are not an object");
  const held: Record<string, unknown> = {};
  for (const [name, relationship] of Object.entries(relationships)) {
    if (!isObject(relationship) || Object.keys(relationship).some((key) => key !== "data"))
      return wrong("unreadable-body", "a relationship contains something other than `data`");
    held[name] = relationship.data ?? null;
  }
  return {
    type: "understood",
    value: {
      type: expected,
      id: typeof id === "string" && id !== "" ? id : undefined,
      attributes,
      relationships: held,
    },
  };
}
