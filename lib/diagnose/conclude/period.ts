import type { InputFacts } from "../read/input-facts";

/** An input without what lies outside of a period, and how much that was. What names no time stays. */
export function inPeriod(
  facts: InputFacts,
  since: number | undefined,
  until: number | undefined,
): { facts: InputFacts; outside: number } {
  if (since === undefined && until === undefined) return { facts, outside: 0 };
  let outside = 0;
  const fits = (at: number | null): boolean =>
    at === null || ((since === undefined || at >= since) && (until === undefined || at <= until));
  const keep = <T extends { at: number | null }>(items: readonly T[]): readonly T[] => {
    const kept = items.filter(({ at }) => fits(at));
    outside += items.length - kept.length;
    return kept;
  };
  const webhooks = new Map([...facts.webhooks].filter(([second]) => fits(second * 1000)));
  for (const [second, count] of facts.webhooks) if (!webhooks.has(second)) outside += count;
  const refreshes = keep(facts.refreshes);
  const authFailures = keep(facts.authFailures);
  const grantRefusals = keep(facts.grantRefusals);
  const bans = keep(facts.bans);
  const symptoms = keep(facts.symptoms);
  return { facts: { ...facts, refreshes, authFailures, grantRefusals, bans, symptoms, webhooks }, outside };
}
