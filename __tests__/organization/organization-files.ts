import { problemLines } from "../../lib/errors";
import { parseOrganizationFile } from "../../lib/organization/parse";

/** The shortest organization file there is. */
export const good = `version: 1
hostname: app.terraform.io
organization: acme
gitlab:
  url: https://gitlab.example.com/
  serviceProvider: gitlab_enterprise_edition
connection:
  name: GitLab (PAT)
from: [oc-aaaaaaaaaaaaaaaa]
`;

/** Every problem of an organization file, as a user reads them; `none` for a good one. */
export function problems(text: string): string {
  const parsed = parseOrganizationFile(text, "organizations/acme.yaml");
  return parsed.type === "read" ? "none" : parsed.problems.flatMap(problemLines).join("\n");
}

/** The same without the fixes and the file's name: `line:column: path: message [rule]`. */
export function brief(text: string): readonly string[] {
  return problems(text)
    .split("\n")
    .filter((line) => !line.startsWith("    fix: "))
    .map((line) => line.replace("organizations/acme.yaml:", ""));
}
