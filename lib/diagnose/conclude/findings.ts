import type { Case } from "../analyse/case";
import type { Finding } from "../diagnosis";
import { rules } from "../rules";
import type { Hit, Rule } from "../rules/rule";
import { shortClient, shownName } from "./mask";
import { iso, placesIn } from "./place";

const MOST_PLACES = 10;
/** How many subjects of a rule are told apart: a large GitLab sees many a token expire. */
const MOST_SUBJECTS = 10;

function show(the: Case, rule: Rule, hit: Hit): Finding {
  const times = hit.places.flatMap(({ at }) => (at === null ? [] : [at]));
  return {
    rule: rule.id,
    severity: rule.severity,
    title: rule.title,
    explanation: rule.explanation,
    remedy: rule.remedy,
    count: hit.places.length,
    subject: hit.subject === null ? null : shownSubject(hit.subject),
    first: iso(times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b))),
    last: iso(times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b))),
    evidence: hit.places
      .filter(({ input }) => input >= 0)
      .slice(0, MOST_PLACES)
      .map(placesIn(the.inputs)),
  };
}

/** An application's id is shortened; a token's is not. */
const shownSubject = (subject: string): string => (/[\s/]/.test(subject) ? shownName(subject) : shortClient(subject));

/** The most numerous subjects on their own, the rest together. */
function condense(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length <= MOST_SUBJECTS) return hits;
  const sorted = [...hits].sort((a, b) => b.places.length - a.places.length);
  const rest = sorted.slice(MOST_SUBJECTS);
  return [
    ...sorted.slice(0, MOST_SUBJECTS),
    { subject: `${rest.length} others`, places: rest.flatMap(({ places }) => places) },
  ];
}

/** What the rules of one role find. */
export function findingsOf(the: Case, role: Rule["role"]): readonly Finding[] {
  return rules
    .filter((rule) => rule.role === role)
    .flatMap((rule) => condense(rule.find(the)).map((hit) => show(the, rule, hit)));
}
