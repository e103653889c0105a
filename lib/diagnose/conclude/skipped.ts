import type { Skipped } from "../diagnosis";
import { notUnderstood, type Spot } from "../observation";
import type { InputFacts } from "../read/input-facts";
import type { Unread } from "../read/unread";

/** Everything of an input that was not understood, not read whole, or not used. */
export function skippedOf(facts: InputFacts, outside: number): readonly Skipped[] {
  const found: Skipped[] = [];
  const add = (reason: string, count: number, explanation: string, places: readonly Spot[] = []): void => {
    if (count > 0)
      found.push({ reason, explanation, input: facts.name, count, places: places.map((spot) => ({ ...spot })) });
  };
  if (facts.container === "unsupported") {
    add("not-readable", 1, `packed as ${facts.damage ?? "something unknown"}, which cannot be read: unpack it first`);
    return found;
  }
  if (facts.container === "unreadable") {
    add("not-readable", 1, facts.damage ?? "could not be read");
    return found;
  }
  if (facts.damage !== null) add("damaged", 1, `${facts.damage}; the part before that was used`);
  if (facts.unread !== null) add(facts.unread.as, 1, unreadWords(facts.unread));
  // What is said of its lines below, or of the whole above, tells more.
  const isTold = facts.damage !== null || facts.unread !== null || facts.notUnderstood.size > 0;
  if (!isRecognised(facts) && facts.bytes > 0 && !isTold) {
    add("not-recognised", 1, `not a known kind of log; nothing was found in its ${lines(facts.lines)}`);
  }
  for (const [reason, tally] of facts.notUnderstood) add(reason, tally.count, notUnderstood[reason], tally.first);
  add("salvaged", facts.salvaged, "records that are cut off or damaged, but still usable");
  add("long-lines", facts.longLines, "lines longer than 128 KiB: searched, and read only around each match");
  add("nul-bytes", facts.withNul, "lines with NUL bytes (UTF-16, or a hole in the file): read without those bytes");
  add("bad-bytes", facts.withBadBytes, "lines with bytes that are not UTF-8: read with those bytes replaced");
  add(
    "webhooks-without-time",
    facts.webhooksWithoutTime,
    "webhooks without a readable time: counted, but not in any burst",
  );
  add(
    "no-time",
    facts.refreshes.filter((one) => one.at === null).length,
    "refreshes without a readable time: compared only by hash and order",
  );
  const noDuration = facts.refreshes.filter((one) => one.duration === null && one.durationField !== null);
  add("no-duration", noDuration.length, "refreshes with an impossible duration: the duration was ignored");
  for (const [sort, count] of facts.notKept) {
    add(`too-many-${sort}`, count, "more than fit in memory: narrow the period with --since and --until");
  }
  add("outside-period", outside, "before --since or after --until");
  return found;
}

const lines = (count: number): string => (count === 1 ? "1 line" : `${count} lines`);

function unreadWords(unread: Unread): string {
  return unread.as === "base64"
    ? "Base64, which is not decoded: decode it first (`base64 -d FILE | repoint diagnose -`; gzip inside it is read)"
    : `lines that were broken at ${unread.columns} columns, even inside words: give the original log`;
}

/** What may hide something first, what is merely told last. */
const weights = [
  "not-readable",
  "damaged",
  "base64",
  "wrapped",
  "line-too-long",
  "json-broken",
  "no-status",
  "grant-unknown",
];
const lightly = ["not-recognised", "outside-period", "salvaged", "nul-bytes", "bad-bytes"];

function weight({ reason }: Skipped): number {
  if (weights.includes(reason)) return weights.indexOf(reason);
  return reason.startsWith("too-many-") ? weights.length : lightly.includes(reason) ? 99 : 50;
}

export const byWeight = (a: Skipped, b: Skipped): number => weight(a) - weight(b);

/** Whether something of an input was not read that may tell of refreshes, so that nothing found in it means nothing. */
export function isIncomplete(facts: InputFacts): boolean {
  if (facts.container === "unsupported" || facts.container === "unreadable" || facts.damage !== null) return true;
  if (facts.unread !== null) return true;
  if ([...facts.notKept.values()].some((count) => count > 0)) return true;
  return (["json-broken", "line-too-long", "grant-unknown", "no-status"] as const).some((reason) =>
    facts.notUnderstood.has(reason),
  );
}

/** Whether an input is a log of a kind that says something about the case. */
export function isRecognised(facts: InputFacts): boolean {
  return facts.kinds.some((kind) => kind !== "other-json");
}
