import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../../lib/kinds";

const LIB = join(__dirname, "../../lib");

/** Who may name one kind, and why. What all kinds have belongs to `lib/kinds/KIND.ts`. */
const allowed = {
  "commands/apply/repoint-modules.ts": "a move over the API is a registry module's",
  "commands/apply/run-apply.ts": "TFE locks workspaces alone",
  "commands/inventory/index.ts": "counts the workspaces that TFE was asked for",
  "commands/preflight/checks/tfe.ts":
    "TFE has a permission of its own for policy sets and modules, and runs for workspaces alone",
  "commands/shared/guard-settings.ts": "the guard reads the list of workspaces ahead",
  "commands/shared/patch-module.ts": "a move over the API is a registry module's",
  "constructs/construct-of-kind.ts": "the index of the constructs",
  "constructs/repointed-policy-set.ts": "the kind's own construct",
  "constructs/repointed-registry-module.ts": "the kind's own construct",
  "constructs/repointed-stack.ts": "the kind's own construct",
  "constructs/repointed-workspace.ts": "the kind's own construct",
  "guard/read-ahead.ts": "the guard reads the list of workspaces ahead",
  "inventory/read-lost-links.ts": "workspaces alone have configuration versions that tell what they were linked to",
  "inventory/read-organization.ts": "TFE counts affected workspaces; a token that may not list them sees nothing",
  "migration/links.ts": "a file of links names workspaces, the kind that is recorded without a link",
  "migration/retire.ts": "TFE counts affected workspaces",
  "organization/state-place.ts": "`workspace` is the remote backend's, which holds the state",
  "review/changes.ts": "a move over the API is a registry module's",
};

/** A comparison, a case, a key, an import or a Terraform type; not the name of a kind in a sentence. */
const NAMES = kinds.flatMap(({ kind, terraformType }) => [
  new RegExp(
    `(?:[!=]==? |case |kind: |includes\\(|filter\\()"${kind}"|"${kind}"(?:: | as const)|^\\s*"${kind}",$`,
    "m",
  ),
  new RegExp(`"${terraformType}"`),
  new RegExp(`from "[./]*kinds/${kind}"`),
]);

test("a kind is named in its file, its construct, the two indices, and where TFE has something for it alone", () => {
  const naming = readdirSync(LIB, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("kinds/"))
    .filter((file) => NAMES.some((name) => name.test(readFileSync(join(LIB, file), "utf8"))));
  expect(naming.sort()).toEqual(Object.keys(allowed).sort());
});

test.each([
  'if (kind === "workspace")',
  'case "policy-set":',
  '  "registry-module": 1,',
  'import { stack } from "../kinds/stack";',
])("%s names a kind", (line) => {
  expect(NAMES.some((name) => name.test(line))).toBe(true);
});
