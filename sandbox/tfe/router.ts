import type { Route } from "./api/route";

interface Node {
  readonly literals: Map<string, Node>;
  /** The branch for any other segment. */
  parameter: Node | undefined;
  readonly routes: Map<string, { readonly route: Route; readonly names: readonly string[] }>;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const newNode = (): Node => ({ literals: new Map(), parameter: undefined, routes: new Map() });
const segmentsOf = (path: string) => path.split("/").filter((segment) => segment !== "");

/** Finds the route of a request. A literal segment goes before a parameter, whatever the order of the table. */
export function createRouter(table: readonly Route[]): (method: string, path: string) => Match | undefined {
  const root = newNode();
  for (const route of table) add(root, route);
  return (method, path) => {
    const segments = segmentsOf(path);
    const found = walk(root, segments, 0, [], method);
    if (found === undefined) return undefined;
    const { names, route } = found.entry;
    return { route, params: Object.fromEntries(names.map((name, index) => [name, decode(found.values[index] ?? "")])) };
  };
}

function add(root: Node, route: Route): void {
  const names: string[] = [];
  let node = root;
  for (const segment of segmentsOf(route.path)) {
    if (segment.startsWith(":")) {
      names.push(segment.slice(1));
      node.parameter ??= newNode();
      node = node.parameter;
    } else {
      const next = node.literals.get(segment) ?? newNode();
      node.literals.set(segment, next);
      node = next;
    }
  }
  if (node.routes.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
  node.routes.set(route.method, { route, names });
}

interface Found {
  readonly entry: { readonly route: Route; readonly names: readonly string[] };
  readonly values: readonly string[];
}

function walk(
  node: Node,
  segments: readonly string[],
  index: number,
  values: readonly string[],
  method: string,
): Found | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    const entry = node.routes.get(method);
    return entry === undefined ? undefined : { entry, values };
  }
  const literal = node.literals.get(segment);
  const found = literal === undefined ? undefined : walk(literal, segments, index + 1, values, method);
  if (found !== undefined || node.parameter === undefined) return found;
  return walk(node.parameter, segments, index + 1, [...values, segment], method);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
