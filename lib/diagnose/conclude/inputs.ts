import type { Case } from "../analyse/case";
import type { DiagnosedInput } from "../diagnosis";
import { iso } from "./place";

/** The inputs as the model has them. */
export function showInputs(the: Case): readonly DiagnosedInput[] {
  return the.inputs.map((facts, index) => {
    const times = [...facts.refreshes, ...facts.authFailures, ...facts.grantRefusals, ...facts.symptoms].flatMap(
      ({ at }) => (at === null ? [] : [at]),
    );
    for (const second of facts.webhooks.keys()) times.push(second * 1000);
    return {
      name: facts.name,
      container: facts.container,
      kinds: [...facts.kinds],
      wrappings: [...facts.wrappings],
      bytes: facts.bytes,
      lines: facts.lines,
      relevantLines: facts.relevant,
      refreshes: facts.refreshes.length,
      first: times.length === 0 ? null : iso(times.reduce((a, b) => Math.min(a, b))),
      last: times.length === 0 ? null : iso(times.reduce((a, b) => Math.max(a, b))),
      timing: (the.timings[index] ?? []).map((timing) => ({ ...timing })),
    };
  });
}
