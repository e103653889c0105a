import { stringify } from "yaml";

/** The least that an organization file says, as a user writes it. Of a sandbox's, see `lib/commands/demo/project.ts`. */
export const leastOrganizationFile = {
  version: 1,
  hostname: "tfe.sandbox.test",
  organization: "acme",
  gitlab: { url: "https://gitlab.example.com", serviceProvider: "gitlab_community_edition" },
  connection: { name: "gitlab-pat" },
  from: ["oc-OLD"],
};

/** Its text, with the given keys changed. */
export const organizationFileText = (changes: Readonly<Record<string, unknown>> = {}): string =>
  stringify({ ...leastOrganizationFile, ...changes });
