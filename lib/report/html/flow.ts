import type { ReviewedChange } from "../../review/model";
import { jsonText } from "../../util/json-text";
import { kindWords, moveOf } from "../review-words";

/** What a picture of the moves is grouped by. */
export const flowGroupings = ["kind", "project", "wave"] as const;
export type FlowGrouping = (typeof flowGroupings)[number];

/** Resources of one group that move from one connection to another. */
export interface Flow {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** How many of them some rule found something about. */
  readonly exceptions: number;
}

const compare = new Intl.Collator("en", { numeric: true }).compare;

/** What a change belongs to; empty where it belongs to none. */
export function groupOf(change: ReviewedChange, by: FlowGrouping): string {
  return by === "kind" ? kindWords(change.kind) : (change[by] ?? "");
}

/** What moves where. Waves in their order, as their names tell it; else the largest groups first. */
export function flowsOf(changes: readonly ReviewedChange[], by: FlowGrouping): readonly Flow[] {
  const flows = new Map<string, { -readonly [Key in keyof Flow]: Flow[Key] }>();
  const sizes = new Map<string, number>();
  for (const change of changes) {
    const { from, to } = moveOf(change);
    if (from === null || to === null || from === to) continue;
    const group = groupOf(change, by);
    const key = jsonText([group, from, to]);
    const flow = flows.get(key) ?? { group, from, to, count: 0, exceptions: 0 };
    flow.count += 1;
    if (change.findings.length > 0) flow.exceptions += 1;
    flows.set(key, flow);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const size = (flow: Flow): number => sizes.get(flow.group) ?? 0;
  return [...flows.values()].sort(
    (a, b) =>
      (by === "wave" ? 0 : size(b) - size(a)) ||
      compare(a.group, b.group) ||
      b.count - a.count ||
      compare(a.from, b.from) ||
      compare(a.to, b.to),
  );
}

/** Sums of flows by one end or by group, in the order in which they come. */
export function sumBy(flows: readonly Flow[], key: (flow: Flow) => string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const flow of flows) sums.set(key(flow), (sums.get(key(flow)) ?? 0) + flow.count);
  return sums;
}
