import fc from "fast-check";

const hostile = [
  "",
  "\0",
  "__proto__",
  "constructor",
  "../../../admin",
  "-rf",
  "$(reboot)",
  "${var.gitlab_pat}",
  "%{ for x in y }",
  "\u202egnp.exe",
  "\u001b[2J",
  "a\r\nb",
  "x".repeat(5000),
  "😀".repeat(50),
  "\ud800",
  "https://evil.example/",
  "ws-1/../ws-2",
  "*",
  "[",
];
const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [null],
  { a: { b: [] } },
  "2026-02-30T25:61:61Z",
];

/** One change of a value's structure. The numbers choose where and what, so that each change can be made of any value. */
const change = fc.record({
  what: fc.constantFrom("drop", "rename", "retarget", "type", "text", "repeat", "nest", "prototype"),
  where: fc.nat(),
  other: fc.nat(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
export const changes = fc.array(change, { minLength: 1, maxLength: 4 });

/** One change of a text. */
const cut = fc.record({
  what: fc.constantFrom("nothing", "nothing", "nothing", "truncate", "repeat", "insert", "remove"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(200),
  other: fc.nat(),
});
type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never;

/** A sample with some changes of its structure, then one of its text. */
export interface Mutation {
  readonly changes: readonly Change[];
  readonly cut: Cut;
}
export const mutation: fc.Arbitrary<Mutation> = fc.record({ changes, cut });

type Node = { readonly holder: object; readonly key: string };

function nodesOf(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...nodesOf(Reflect.get(value, key))]);
}

/** A changed copy of a value of JSON. */
export function mutated<T>(sample: T, list: readonly Change[]): unknown {
  const root = { value: structuredClone(sample) as unknown };
  for (const { what, where, other } of list) {
    const nodes = nodesOf(root);
    const node = nodes[where % nodes.length];
    const from = nodes[other % nodes.length];
    if (node === undefined || from === undefined) continue;
    const { holder, key } = node;
    const value: unknown = Reflect.get(holder, key);
    const copy = structuredClone(Reflect.get(from.holder, from.key) as unknown);
    const text = hostile[other % hostile.length] ?? "";
    const define = (name: string, given: unknown) =>
      Object.defineProperty(holder, name, { value: given, enumerable: true, configurable: true, writable: true });
    if (what === "drop") Reflect.deleteProperty(holder, key);
    else if (what === "rename") {
      Reflect.deleteProperty(holder, key);
      define(Array.isArray(holder) ? key : text || "renamed", value);
    } else if (what === "retarget") define(key, copy);
    else if (what === "type")
      define(key, structuredClone(values[other % values.length])); // what is shared would nest in itself
    else if (what === "text") define(key, text);
    else if (what === "repeat") define(key, Array.isArray(value) ? [...value, ...value] : [value, value]);
    else if (what === "nest") define(key, { [key]: value });
    else if (!Array.isArray(holder)) define("__proto__", { polluted: true });
  }
  return root.value;
}

/** A changed copy of a text. */
export function cutText(text: string, { what, at, length, other }: Cut): string {
  const place = Math.floor(at * text.length);
  if (what === "truncate") return text.slice(0, place);
  if (what === "repeat") return text.slice(0, place + length) + text.slice(place);
  if (what === "remove") return text.slice(0, place) + text.slice(place + length);
  if (what === "insert") return text.slice(0, place) + hostile[other % hostile.length] + text.slice(place);
  return text;
}
