/** What log rotation appends to a name: a number, or a date with or without a time (logrotate's `dateext`). */
const rotated = /(?:\.\d{1,3}|[.-]\d{4}-\d{2}-\d{2}(?:[-_T]\d{1,6})?|[.-]\d{8,10}(?:-\d{1,6})?)?(?:\.gz)?$/;
const isLog = /(?:\.log|_json|messages|syslog)$/;

/** A log's name without what rotation appends to it: `production_json.log.1.gz` goes on in `production_json.log`. */
export function withoutRotation(name: string): string {
  const near = name.length > 1000 ? name.slice(-1000) : name;
  const plain = near.replace(rotated, "");
  return isLog.test(plain) ? plain : near.replace(/\.gz$/, "");
}
