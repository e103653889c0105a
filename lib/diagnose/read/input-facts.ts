import type { AuthFailure, Ban, GrantRefusal, NotUnderstood, Refresh, Spot, Symptom } from "../observation";
import { LINE_CAP } from "../scan/cut";
import type { PartResult, Sample, Tally } from "./part-result";
import type { ReadPart } from "./read-stream";
import type { Unread } from "./unread";

/** What a whole input says: its parts put together, lines counted from its beginning. */
export interface InputFacts {
  readonly name: string;
  readonly container: ReadPart["container"] | "unreadable";
  readonly bytes: number;
  readonly lines: number;
  readonly longLines: number;
  readonly relevant: number;
  readonly irrelevant: number;
  readonly refreshes: readonly Refresh[];
  readonly authFailures: readonly AuthFailure[];
  readonly grantRefusals: readonly GrantRefusal[];
  readonly bans: readonly Ban[];
  readonly symptoms: readonly Symptom[];
  readonly webhooks: ReadonlyMap<number, number>;
  readonly webhooksWithoutTime: number;
  readonly notUnderstood: ReadonlyMap<NotUnderstood, Tally>;
  readonly notKept: ReadonlyMap<string, number>;
  readonly salvaged: number;
  readonly withNul: number;
  readonly withBadBytes: number;
  readonly kinds: readonly string[];
  readonly wrappings: readonly string[];
  readonly samples: readonly Sample[];
  readonly namesMachines: boolean;
  readonly unread: Unread | null;
  readonly damage: string | null;
}

const total = (parts: readonly PartResult[], of: (part: PartResult) => number): number =>
  parts.reduce((sum, part) => sum + of(part), 0);

const union = (parts: readonly PartResult[], of: (part: PartResult) => ReadonlySet<string>): readonly string[] =>
  [...new Set(parts.flatMap((part) => [...of(part)]))].sort();

/** Lines with an end, the last one without, and how many are too long: a line that spans parts is one. */
function countLines(parts: readonly PartResult[]): { lines: number; long: number } {
  const ends = total(parts, (part) => part.lines);
  let long = total(parts, (part) => part.longLines);
  let open = 0;
  for (const part of parts) {
    open += part.leadLine;
    if (part.lines === 0) continue;
    if (open > LINE_CAP) long += 1;
    open = part.openLine;
  }
  return { lines: ends + (open > 0 ? 1 : 0), long: long + (open > LINE_CAP ? 1 : 0) };
}

/** Puts the parts of one input together. A record that two parts saw, since it crosses their border, counts once. */
export function joinParts(
  name: string,
  container: InputFacts["container"],
  unordered: readonly PartResult[],
): InputFacts {
  const parts = [...unordered].sort((a, b) => a.from - b.from);
  const linesBefore = new Map<PartResult, number>();
  const headings = new Map<PartResult, string | null>();
  let before = 0;
  let heading: string | null = null;
  for (const part of parts) {
    linesBefore.set(part, before);
    before += part.lines;
    headings.set(part, heading);
    heading = part.heading ?? heading;
  }
  const seen = new Set<string>();
  const gather = <T extends { spot: Spot; type: string }>(of: (part: PartResult) => readonly T[]): T[] =>
    parts.flatMap((part) => {
      const fresh = of(part).filter((one) => !seen.has(`${one.type} ${one.spot.offset}`));
      const moved = fresh.map((one) => ({ ...one, spot: move(one.spot, linesBefore.get(part) ?? 0) }));
      if (parts.length > 1) for (const one of fresh) seen.add(`${one.type} ${one.spot.offset}`);
      return moved;
    });
  const { lines, long } = countLines(parts);
  const kinds = union(parts, (part) => part.kinds);
  const isTfe = kinds.some((kind) => kind.startsWith("tfe-"));
  const isOther = kinds.some((kind) => kind.startsWith("gitlab-") || kind === "other-json");
  // A line that is nothing but the sentence: a copy of the error, or the second line of a message of Terraform Enterprise's.
  const isOurs = ({ origin }: Symptom): boolean => origin === "tfe" || (origin === "unclear" && (isTfe || !isOther));
  const symptoms = gather((part) => part.symptoms);
  const foreign = symptoms.filter((one) => !isOurs(one));
  return {
    name,
    container,
    bytes: total(parts, (part) => part.bytes),
    lines,
    longLines: long,
    relevant: total(parts, (part) => part.relevant),
    irrelevant: total(parts, (part) => part.irrelevant),
    refreshes: gather((part) =>
      part.refreshes.map((one) => (one.heading === null ? { ...one, heading: headings.get(part) ?? null } : one)),
    ),
    authFailures: gather((part) => part.authFailures),
    grantRefusals: gather((part) => part.grantRefusals),
    bans: gather((part) => part.bans),
    symptoms: symptoms.filter(isOurs),
    webhooks: sumMaps(parts.map((part) => part.webhooks)),
    webhooksWithoutTime: total(parts, (part) => part.webhooksWithoutTime),
    notUnderstood: withForeign(joinTallies(parts, linesBefore), foreign),
    notKept: sumMaps(parts.map((part) => new Map(Object.entries(part.notKept)))),
    salvaged: total(parts, (part) => part.salvaged),
    withNul: total(parts, (part) => part.withNul),
    withBadBytes: total(parts, (part) => part.withBadBytes),
    kinds,
    wrappings: union(parts, (part) => part.wrappings),
    samples: parts.flatMap((part) => part.samples),
    namesMachines: parts.some((part) => part.namesMachines),
    unread: parts.map((part) => part.unread).find((one) => one !== null) ?? null,
    damage: parts.map((part) => part.damage).find((text) => text !== null) ?? null,
  };
}

function withForeign(
  tallies: Map<NotUnderstood, Tally>,
  foreign: readonly Symptom[],
): ReadonlyMap<NotUnderstood, Tally> {
  if (foreign.length === 0) return tallies;
  const known = tallies.get("other-product") ?? { count: 0, first: [] };
  const first = [...known.first, ...foreign.map(({ spot }) => spot)].sort((a, b) => a.offset - b.offset).slice(0, 5);
  return tallies.set("other-product", { count: known.count + foreign.length, first });
}

const move = (spot: Spot, by: number): Spot => ({ offset: spot.offset, line: spot.line + by });

function sumMaps<K>(maps: readonly ReadonlyMap<K, number>[]): Map<K, number> {
  const sum = new Map<K, number>();
  for (const map of maps) for (const [key, count] of map) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

function joinTallies(
  parts: readonly PartResult[],
  linesBefore: ReadonlyMap<PartResult, number>,
): Map<NotUnderstood, Tally> {
  const all = new Map<NotUnderstood, Tally>();
  for (const part of parts) {
    for (const [reason, tally] of part.notUnderstood) {
      const into = all.get(reason) ?? { count: 0, first: [] };
      into.count += tally.count;
      const spots = tally.first.map((spot) => move(spot, linesBefore.get(part) ?? 0));
      all.set(reason, { count: into.count, first: [...into.first, ...spots].slice(0, 5) });
    }
  }
  return all;
}
