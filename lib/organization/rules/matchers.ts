import picomatch from "picomatch";
import { shown } from "../secret";
import type { Finding, Rule } from "./rule";

/** A matcher without a condition would take everything; a glob must be one. */
export const matchers: Rule = {
  id: "matchers",
  check: ({ select, elsewhere = [], waves = [] }) => [
    ...(select?.exclude ?? []).flatMap((matcher, index) => [
      ...notEmpty(matcher, ["select", "exclude", index]),
      ...globs(matcher, ["select", "exclude", index]),
    ]),
    ...elsewhere.flatMap((matcher, index) => [
      ...notEmpty(matcher, ["elsewhere", index]),
      ...globs(matcher, ["elsewhere", index]),
    ]),
    ...globs(select ?? {}, ["select"]),
    ...waves.flatMap((wave, index) => globs(wave, ["waves", index])),
  ],
};

function notEmpty(matcher: object, path: Finding["path"]): readonly Finding[] {
  if (Object.keys(matcher).length > 0) return [];
  return [
    {
      path,
      message: "a matcher without a condition would take everything",
      fix: "give it a condition, or take it out",
    },
  ];
}

function globs(matcher: object, path: Finding["path"]): readonly Finding[] {
  return Object.entries(matcher).flatMap(([key, list]: [string, unknown]) =>
    ["names", "projects", "tags", "sourceNames"].includes(key) && Array.isArray(list)
      ? list.flatMap((glob: unknown, index): Finding[] => {
          if (typeof glob === "string" && isGlob(glob)) return [];
          return [{ path: [...path, key, index], message: `${shown(glob)} is not a glob`, fix: "close every bracket" }];
        })
      : [],
  );
}

function isGlob(glob: string): boolean {
  const balanced = (open: string, close: string) => glob.split(open).length === glob.split(close).length;
  try {
    picomatch.makeRe(glob, { strictBrackets: true });
    return balanced("[", "]") && balanced("{", "}");
  } catch {
    return false;
  }
}
