import { count } from "../../cli/table";

const MINUTE = 60_000;

/** How long ago a moment was, such as `3 hours ago`. Both in milliseconds since 1970. */
export function ago(then: number, now: number): string {
  const minutes = Math.floor((now - then) / MINUTE);
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${count(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${count(hours, "hour")} ago` : `${count(Math.floor(hours / 24), "day")} ago`;
}
