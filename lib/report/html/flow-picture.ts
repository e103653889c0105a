import { jsonText } from "../../util/json-text";
import { type Flow, type FlowGrouping, sumBy } from "./flow";
import { type Html, html } from "./html";

const WIDTH = 1120;
/** The height that all bands share, in proportion to how much they carry. */
const BANDS = 300;
const LEAST_PILL = 34;
/** Room for the name of a connection, in at most two lines, and its count. */
const LEAST_END = 58;
const GAP = 10;
const MOST_GROUPS = 12;
const NODE = { width: 12, left: 214, right: 894 } as const;
const PILL = { left: 430, width: 260 } as const;

interface Node {
  readonly name: string;
  readonly count: number;
  readonly y: number;
  readonly height: number;
}

/**
 * A picture of what moves: old connections on the left, groups in the middle, new connections on the right, and bands between them
 * that are as thick as they carry much. A group is a button that shows its rows in the table.
 */
export function flowPicture(all: readonly Flow[], by: FlowGrouping): Html {
  const flows = withRest(all);
  const total = flows.reduce((sum, { count }) => sum + count, 0);
  const scale = BANDS / Math.max(total, 1);
  const groups = [...sumBy(flows, ({ group }) => group)];
  const middle = groups.reduce((sum, [, count]) => sum + Math.max(LEAST_PILL, count * scale) + GAP, -GAP);
  const endHeight = (count: number): number => Math.max(count * scale, LEAST_END);
  const endsOf = (key: (flow: Flow) => string) => [...sumBy(flows, key)];
  const [from, to] = [endsOf((flow) => flow.from), endsOf((flow) => flow.to)];
  const sides = [from, to].map((side) => side.reduce((sum, [, count]) => sum + endHeight(count) + GAP, -GAP));
  const height = Math.max(middle, ...sides) + 8;
  const pills = stack(groups, (count) => Math.max(LEAST_PILL, count * scale), GAP, height);
  const olds = stack(from, endHeight, GAP, height);
  const news = stack(to, endHeight, GAP, height);
  const words = groups.map(([name, count]) => `${count} ${groupName(name, by)}`).join(", ");
  const ends = [...news.keys()].join(" and ");
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="${total} resources move from ${[...olds.keys()].join(" and ")} to ${ends}: ${words}">
<g class="bands">${bands(flows, olds, pills, "left", scale)}${bands(flows, news, pills, "right", scale)}</g>
${[...olds.values()].map((node) => end(node, scale, "left"))}
${[...news.values()].map((node) => end(node, scale, "right"))}
${[...pills.values()].map((node) => pill(node, by, flows))}
</svg>`;
}

/** Whether a group stands for many that have no room of their own. */
const isRest = (name: string): boolean => name.startsWith("\u0000");

function groupName(name: string, by: FlowGrouping): string {
  if (isRest(name)) return name.slice(1);
  return name === "" ? `without a ${by}` : name;
}

/** The largest groups; what has no room is drawn as one. */
function withRest(flows: readonly Flow[]): readonly Flow[] {
  const sizes = [...sumBy(flows, ({ group }) => group)];
  if (sizes.length <= MOST_GROUPS) return flows;
  const large = new Set(
    [...sizes]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_GROUPS - 1)
      .map(([name]) => name),
  );
  const rest = `\u0000${sizes.length - large.size} others`;
  const merged = new Map<string, Flow>();
  for (const flow of flows) {
    const group = large.has(flow.group) ? flow.group : rest;
    const key = jsonText([group, flow.from, flow.to]);
    const known = merged.get(key) ?? { ...flow, group, count: 0, exceptions: 0 };
    const [count, exceptions] = [known.count + flow.count, known.exceptions + flow.exceptions];
    merged.set(key, { ...known, count, exceptions });
  }
  const all = [...merged.values()];
  return [...all.filter(({ group }) => group !== rest), ...all.filter(({ group }) => group === rest)];
}

function stack(
  sums: readonly (readonly [string, number])[],
  heightOf: (count: number) => number,
  gap: number,
  room: number,
): ReadonlyMap<string, Node> {
  const used = sums.reduce((sum, [, count]) => sum + heightOf(count) + gap, -gap);
  let y = (room - used) / 2;
  const nodes = new Map<string, Node>();
  for (const [name, count] of sums) {
    nodes.set(name, { name, count, y, height: heightOf(count) });
    y += heightOf(count) + gap;
  }
  return nodes;
}

function bands(
  flows: readonly Flow[],
  ends: ReadonlyMap<string, Node>,
  pills: ReadonlyMap<string, Node>,
  side: "left" | "right",
  scale: number,
): readonly Html[] {
  const used = new Map<Node, number>();
  const take = (node: Node, thick: number): number => {
    const from = used.get(node) ?? node.y + (node.height - node.count * scale) / 2;
    used.set(node, from + thick);
    return from;
  };
  const [x1, x2] = side === "left" ? [NODE.left + NODE.width, PILL.left] : [PILL.left + PILL.width, NODE.right];
  const bend = (x1 + x2) / 2;
  return flows.flatMap((flow) => {
    const end = ends.get(side === "left" ? flow.from : flow.to);
    const middle = pills.get(flow.group);
    if (end === undefined || middle === undefined) return [];
    const thick = flow.count * scale;
    const [atEnd, atPill] = [take(end, thick), take(middle, thick)];
    const [y1, y2] = side === "left" ? [atEnd, atPill] : [atPill, atEnd];
    const seen = Math.max(thick, 1.5);
    const path = `M${x1} ${r(y1)}C${bend} ${r(y1)} ${bend} ${r(y2)} ${x2} ${r(y2)}V${r(y2 + seen)}C${bend} ${r(y2 + seen)} ${bend} ${r(y1 + seen)} ${x1} ${r(y1 + seen)}Z`;
    return [html`<path d="${path}"/>`];
  });
}

function end({ name, count, y, height }: Node, scale: number, side: "left" | "right"): Html {
  const x = NODE[side];
  const thick = Math.max(count * scale, 2);
  const [at, anchor] = side === "left" ? [x - 12, "end"] : [x + NODE.width + 12, "start"];
  const middle = y + height / 2;
  const lines = wrap(name, 26);
  const first = middle - ((lines.length - 1) * 18) / 2 - 5;
  return html`<g class="end ${side}"><title>${name}: ${count}</title><rect x="${x}" y="${r(middle - thick / 2)}" width="${NODE.width}" height="${r(thick)}" rx="3"/>
${lines.map((line, index) => html`<text x="${at}" y="${r(first + index * 18)}" text-anchor="${anchor}" class="name">${line}</text>`)}
<text x="${at}" y="${r(first + lines.length * 18)}" text-anchor="${anchor}" class="sub">${side === "left" ? "old" : "new"} · ${grouped(count)}</text></g>`;
}

function pill({ name, count, y, height }: Node, by: FlowGrouping, all: readonly Flow[]): Html {
  const exceptions = all.filter(({ group }) => group === name).reduce((sum, flow) => sum + flow.exceptions, 0);
  const label = groupName(name, by);
  const middle = y + height / 2;
  const found = exceptions > 0 ? `, ${exceptions} with findings` : "";
  const button = isRest(name) ? "" : html` role="button" tabindex="0" data-filter="${by}" data-value="${name}"`;
  const right = PILL.left + PILL.width - 14;
  return html`<g class="pill"${button} aria-label="${count} ${label}${found}${isRest(name) ? "" : ": show in the table"}"><title>${label}: ${count}${found}</title>
<rect x="${PILL.left}" y="${r(y)}" width="${PILL.width}" height="${r(height)}" rx="8"/>
<text x="${PILL.left + 14}" y="${r(middle + 5)}" class="name">${wrap(label, exceptions > 0 ? 19 : 25)[0]}</text>
${exceptions > 0 && html`<text x="${right - 58}" y="${r(middle + 5)}" text-anchor="end" class="exception">! ${grouped(exceptions)}</text>`}
<text x="${right}" y="${r(middle + 5)}" text-anchor="end" class="number">${grouped(count)}</text></g>`;
}

/** At most two lines; what does not fit is cut, and whole in the title. */
function wrap(text: string, most: number): readonly string[] {
  const cut = (part: string): string => {
    const characters = [...part];
    return characters.length <= most ? part : `${characters.slice(0, most - 1).join("")}…`;
  };
  const named = /^(.+) (\([^()]*\))$/su.exec(text);
  if ([...text].length > most && named?.[1] !== undefined && named[2] !== undefined)
    return [cut(named[1]), cut(named[2])];
  return [cut(text)];
}

/** Thousands apart. */
function grouped(count: number): string {
  return count.toLocaleString("en");
}

const r = (value: number): number => Math.round(value * 10) / 10;
