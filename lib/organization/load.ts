import { type Problem, UsageError } from "../errors";
import { nearest } from "../util/nearest";
import { organizationKey } from "./key";
import type { Organization } from "./organization";
import { patterns } from "./patterns";
import { FOLDER, readAll } from "./read-all";
import { conflict, identity, type LoadedOrganizationFile } from "./together";

/**
 * Every organization file of a project, in the order of their file names.
 *
 * @throws UsageError with every problem of every file.
 */
export function loadOrganizations(root: string): readonly Organization[] {
  const loaded = readAll(root);
  const conflicts = loaded.flatMap((one, index) => conflictsOf(one, loaded.slice(index + 1)));
  const problems = [...loaded.flatMap(problemsOf), ...conflicts];
  if (problems.length > 0) throw new UsageError(problems);
  return loaded.flatMap(({ parsed }) => (parsed.type === "read" ? [parsed.organization] : []));
}

export const hasOrganizationFiles = (root: string): boolean => readAll(root).length > 0;

/**
 * One organization file, by its file's name without `.yaml` or by the organization that it names. Other files may be wrong, as long as
 * they are not for the same organization.
 *
 * @throws UsageError with every problem of that file, or with what there is when there is none of that name.
 */
export function loadOrganization(root: string, name: string): Organization {
  return organizationIn(readAll(root), name);
}

/** As {@link loadOrganization}, of files that were read before. */
export function organizationIn(loaded: readonly LoadedOrganizationFile[], name: string): Organization {
  const called = loaded.filter(({ file }) => organizationKey({ file }) === name || file === asFile(name));
  const found = called.length > 0 ? called : loaded.filter(({ parsed }) => identity(parsed).organization === name);
  const [first, second] = found;
  if (first === undefined) throw unknownOrganization(name, loaded);
  const others = loaded.filter((other) => other !== first);
  const problems = [...problemsOf(first), ...conflictsOf(first, others)];
  if (second !== undefined && problems.length === 0) {
    throw new UsageError({
      rule: "organization/ambiguous",
      message: `${name} matches ${found.map(({ file }) => file).join(" and ")}`,
      fix: `use the file's name without .yaml, such as ${organizationKey(first)}`,
    });
  }
  if (first.parsed.type === "wrong" || problems.length > 0) throw new UsageError(problems);
  return first.parsed.organization;
}

/** `organizations/acme.yaml`, for those whose shell completed it: also from inside the folder. */
function asFile(name: string): string {
  const path = name.replace(/^\.\//, "");
  return path.startsWith(`${FOLDER}/`) ? path : `${FOLDER}/${path}`;
}

function problemsOf({ parsed }: LoadedOrganizationFile): readonly Problem[] {
  return parsed.type === "wrong" ? parsed.problems : [];
}

function conflictsOf(one: LoadedOrganizationFile, others: readonly LoadedOrganizationFile[]): readonly Problem[] {
  return others.flatMap((other) => {
    const [first, second] = one.file < other.file ? [one, other] : [other, one];
    return conflict(first, second) ?? [];
  });
}

function unknownOrganization(name: string, loaded: readonly LoadedOrganizationFile[]): UsageError {
  const known = loaded.map(({ file }) => organizationKey({ file }));
  const bare = organizationKey({ file: asFile(name) });
  if (!patterns.fileName.test(bare) || !asFile(name).startsWith(`${FOLDER}/${bare}`)) {
    return new UsageError({
      rule: "organization/name",
      message: `got "${name}"; expected the name of a file in ${FOLDER}/ without .yaml: letters, digits, ".", "-" and "_". There are: ${known.join(", ") || "none"}`,
      fix: "give the name alone; --root names the project's folder",
    });
  }
  const close = nearest(bare, known);
  return new UsageError({
    rule: "organization/unknown-organization",
    message: `there is no organization file for "${name}" in ${FOLDER}/; there are: ${known.join(", ") || "none"}`,
    fix:
      close === undefined
        ? `write ${FOLDER}/${bare}.yaml (docs/reference/organization-file.md)`
        : `did you mean ${close}?`,
  });
}
