/** A time as people read it: `2026-03-02 09:00:00 UTC`. What is no time is shown as it is. */
export function utc(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
