import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import { masked } from "../util/secret";
import type { Path } from "./finding";

/** Where in the text a path's value stands, or the nearest thing around it that there is. */
export function valueOffset(document: Document, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return undefined;
}

/** A plain scalar as it is written, such as `1.10`, where YAML reads another value than the text; undefined for everything else. */
export function writtenText(document: Document, path: Path): string | undefined {
  const node: unknown = document.getIn(path, true);
  const scalar = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(scalar) || typeof scalar.value === "string") return undefined;
  return typeof scalar.source === "string" && scalar.source !== "" ? scalar.source : undefined;
}

/** Where in the text a path's last key stands; undefined where it is not written as such (merged in, or an index). */
export function keyOffset(document: Document, path: Path): number | undefined {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

/** The path of the value that holds an offset of the text; the path of what surrounds it where it stands in no value. */
export function pathAt(document: Document, offset: number): Path {
  const path: (string | number)[] = [];
  let node: unknown = document.contents;
  for (;;) {
    const inside: unknown = step(node, offset, path);
    if (inside === undefined) return path;
    node = inside;
  }
}

function step(node: unknown, offset: number, path: (string | number)[]): unknown {
  if (isMap(node)) {
    const pair = node.items.find(({ value }) => holds(value, offset));
    if (pair === undefined || !isScalar(pair.key)) return undefined;
    path.push(String(pair.key.value));
    return pair.value;
  }
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => holds(item, offset));
    if (index >= 0) path.push(index);
    return node.items[index];
  }
  return undefined;
}

function holds(node: unknown, offset: number): boolean {
  return isNode(node) && node.range != null && node.range[0] <= offset && offset < node.range[1];
}

/** A path as users read it, for example `waves[1].names`; a secret that was given as a key is masked. */
export function pathText(path: Path): string {
  const text = path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`));
  return masked(text.join(""));
}
