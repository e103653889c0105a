/** A word that tells nothing about the source: a time, a number, a priority, a level, punctuation. */
const idle =
  /^(?:[[({<]*[\d:.,+TZ/_-]+[\])}>:,]*|<\d+>\d*|[^\w{}]+|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|UTC|INFO|info|stdout|stderr|[FP])[,:]?)$/;
const label = /([\w.]{1,60})="([^"]{0,200})"/g;
/** Labels of Loki that a machine's lines may have different values of. */
const fickle =
  /^(?:level|severity|detected_level|stream|filename|correlation_id|status|method|subcomponent|job|app|namespace)$/;
const LONGEST = 400;

/**
 * What the words before a record say about where it comes from, without the times and numbers that change from line to line; equal for
 * equal sources. A log store's labels, a relay's host and stream names are all told by it, whatever their form.
 */
export function sourceIn(prefix: string): string {
  const near = prefix.slice(-LONGEST);
  const labels = [...near.matchAll(label)].filter(([, name = ""]) => !fickle.test(name));
  if (labels.length > 0)
    return labels
      .map(([, name, value]) => `${name}=${value}`)
      .sort()
      .join(" ");
  return near
    .replace(/\[\d+\]/g, "")
    .split(/[\s|"]+/)
    .filter((word) => word !== "" && !idle.test(word))
    .map((word) => word.replace(/[:,;]+$/, ""))
    .slice(-4)
    .join(" ");
}

/** A log's name without what rotation appends to it: `production_json.log.1.gz` goes on in `production_json.log`. */
export function withoutRotation(name: string): string {
  const near = name.length > 1000 ? name.slice(-1000) : name;
  return near.includes(".log")
    ? near.replace(/(\.log)(?:[.-]\d[\d.-]{0,30})?(?:\.gz)?$/, "$1")
    : near.replace(/(?:\.\d{1,3}|-\d{8}|-\d{4}-\d{2}-\d{2})?(?:\.gz)?$/, "");
}
