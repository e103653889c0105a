import picomatch from "picomatch";
import { shown } from "../../util/secret";
import type { Finding, Path } from "../finding";
import { matchersOf, type PlacedMatcher } from "./matchers-of";
import type { Rule } from "./rule";

/** A matcher without a condition would take everything; a glob must be one. */
export const matchers: Rule = {
  id: "matchers",
  check: (organizationFile) =>
    matchersOf(organizationFile).flatMap((placed) => [...notEmpty(placed), ...globs(placed)]),
};

function notEmpty({ matcher, path, needsCondition }: PlacedMatcher): readonly Finding[] {
  if (!needsCondition || Object.keys(matcher).length > 0) return [];
  return [
    {
      path,
      message: "a matcher without a condition would match everything",
      fix: "give it a condition, or remove it",
    },
  ];
}

function globs({ matcher, path }: PlacedMatcher): readonly Finding[] {
  return (["projects", "tags", "names", "sourceNames"] as const).flatMap((key) =>
    (matcher[key] ?? []).flatMap((glob, index) => badGlob(glob, [...path, key, index])),
  );
}

function badGlob(glob: string | undefined, path: Path): readonly Finding[] {
  if (glob === undefined || isGlob(glob)) return [];
  return [{ path, message: `${shown(glob)} is not a glob`, fix: "close every bracket, or put \\ before it" }];
}

function isGlob(glob: string): boolean {
  const bare = glob.replace(/\\./g, "");
  const balanced = (open: string, close: string) => bare.split(open).length === bare.split(close).length;
  try {
    picomatch.makeRe(glob, { strictBrackets: true });
    return balanced("[", "]") && balanced("{", "}") && balanced("(", ")");
  } catch {
    return false;
  }
}
