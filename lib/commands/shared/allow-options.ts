/** Values of an option that can be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `--allow` and `--reason` of the commands that apply; `allowRules` (`lib/review/allow.ts`) reads them. */
export const ALLOW_OPTION = [
  "--allow <rule>",
  "let the errors of a review rule pass; can be repeated",
  collect,
] as const;
export const REASON_OPTION = [
  "--reason <text>",
  "why: one for all, or one for each --allow; the journal keeps it",
  collect,
] as const;
