import { InvalidArgumentError } from "commander";

const LONGEST = 3_600_000;

/** An option's value that is a time, in milliseconds. @throws InvalidArgumentError when it is not */
export function span(value: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value) ?? [];
  const milliseconds = Number(number) * { ms: 1, s: 1000, m: 60_000 }[(unit ?? "ms") as "ms" | "s" | "m"];
  if (milliseconds >= 1 && milliseconds <= LONGEST) return milliseconds;
  throw new InvalidArgumentError("expected a time from 1ms to 60m, such as 500ms, 60s or 2m");
}
