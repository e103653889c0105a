/** Text as people write it into descriptions, with everything that a template or a quote could trip over. */
export const TEXTS: readonly [string, ...string[]] = [
  "",
  "plain",
  'a "quoted" word',
  "a \\ backslash and a tab\t",
  "two\nlines",
  "costs ${amount} and %{if}",
  "Größe ∞ 😀",
  "$${already} %%{escaped}",
];
