import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Problem, UsageError } from "../errors";
import { nearest } from "../util/nearest";
import { organizationKey } from "./key";
import type { Organization } from "./organization";
import { parseWish } from "./parse";

const FOLDER = "organizations";

type Loaded = { readonly file: string; readonly result: ReturnType<typeof parseWish> };

/**
 * Every wish of a project, in the order of their file names.
 *
 * @throws UsageError with every problem of every file.
 */
export function loadOrganizations(root: string): readonly Organization[] {
  const loaded = readAll(root);
  const problems = loaded.flatMap(({ result }) => (result.type === "wrong" ? result.problems : []));
  const organizations = loaded.flatMap(({ result }) => (result.type === "read" ? [result.organization] : []));
  const all = [...problems, ...sameOrganizationTwice(organizations)];
  if (all.length > 0) throw new UsageError(all);
  return organizations;
}

/**
 * One wish, by its file's name without `.yaml` or by the organization that it names.
 *
 * @throws UsageError with every problem of that file, or with what there is when there is none of that name.
 */
export function loadOrganization(root: string, name: string): Organization {
  const loaded = readAll(root);
  const named = loaded.filter(({ file }) => organizationKey({ file }) === name);
  const found =
    named.length > 0
      ? named
      : loaded.filter(({ result }) => result.type === "read" && result.organization.organization === name);
  const [first] = found;
  if (first === undefined) throw unknownOrganization(name, loaded);
  if (found.length > 1) {
    throw new UsageError({
      rule: "wish/ambiguous",
      message: `${name} is named by ${found.map(({ file }) => file).join(" and ")}`,
      fix: "use the file's name without .yaml",
    });
  }
  if (first.result.type === "wrong") throw new UsageError(first.result.problems);
  const organizations = loaded.flatMap(({ result }) => (result.type === "read" ? [result.organization] : []));
  const twice = sameOrganizationTwice(organizations).filter(({ message }) => message.includes(first.file));
  if (twice.length > 0) throw new UsageError(twice);
  return first.result.organization;
}

function readAll(root: string): readonly Loaded[] {
  const folder = join(root, FOLDER);
  if (!existsSync(folder)) {
    throw new UsageError({
      rule: "wish/no-folder",
      file: folder,
      message: "there is no such folder",
      fix: "run in the project's folder or name it with --root; docs/organization.md says what a wish holds",
    });
  }
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => {
      const file = `${FOLDER}/${name}`;
      return { file, result: parseWish(readFileSync(join(folder, name), "utf8"), file) };
    });
}

function sameOrganizationTwice(organizations: readonly Organization[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, one] of organizations.entries()) {
    for (const other of organizations.slice(index + 1)) {
      const same = one.hostname === other.hostname && one.organization === other.organization;
      if (!same && organizationKey(one) !== organizationKey(other)) continue;
      problems.push({
        rule: "wish/twice",
        message: `${one.file} and ${other.file} are both for ${same ? `${one.organization} on ${one.hostname}` : organizationKey(one)}`,
        fix: "keep one: two states would fight over the same attachments",
      });
    }
  }
  return problems;
}

function unknownOrganization(name: string, loaded: readonly Loaded[]): UsageError {
  const known = loaded.map(({ file }) => organizationKey({ file }));
  const close = nearest(name, known);
  return new UsageError({
    rule: "wish/unknown-organization",
    message: `there is no wish for "${name}" in ${FOLDER}/; there are: ${known.join(", ") || "none"}`,
    fix: close === undefined ? `write ${FOLDER}/${name}.yaml (docs/organization.md)` : `did you mean ${close}?`,
  });
}
