import { lastingWord, short } from "./machine";
import { withoutRotation } from "./rotation";

/** A word that tells nothing about the source: punctuation, a priority, a day, a level. */
const idle =
  /^(?:<\d+>\d*|[^\w{}]+|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|UTC|GMT|AM|PM|DEBUG|INFO|WARN|ERROR|NOTICE|debug|info|warn|warning|error|notice|stdout|stderr|[FP]),?)$/;
const label = /([\w.]{1,60})="([^"]{0,200})"/g;
/** Labels of Loki that a machine's lines may have different values of. */
const passing = /^(?:level|severity|detected_level|stream|correlation_id|status|method|subcomponent)$/;

/**
 * What the words around a record say about where it comes from, without the times and numbers that change from line to line; equal for
 * equal sources. A log store's labels, a table's cells, a relay's host and stream names are all told by it, whatever their form.
 */
export function sourceIn(text: string): string {
  const labels = [...text.matchAll(label)]
    .filter(([, name = ""]) => !passing.test(name))
    .map(([, name, value = ""]) => `${name}=${name === "filename" ? withoutRotation(value) : value}`)
    .sort();
  const words = text
    .replace(label, "")
    .replace(/\[\d+\]/g, "")
    .split(/[\s|",;]+/)
    .map((word) => word.replace(/^[[({<]+|[\])}>:]+$/g, ""))
    .filter((word) => word !== "" && !idle.test(word))
    .flatMap((word) => lastingWord(word) ?? []);
  return short([...labels, ...words].join(" "));
}
