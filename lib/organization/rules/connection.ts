import { shownId } from "../../util/secret";
import type { Finding } from "../finding";
import { patterns } from "../patterns";
import type { Rule } from "./rule";

/** Names that Terraform keeps for itself in a module's block (its documentation of input variables). */
const reserved = new Set(["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"]);

/** A connection is made by this configuration, or it exists: the settings of the one make no sense for the other. */
export const connection: Rule = {
  id: "connection",
  check: ({ connection: organizationFile }) => {
    if (organizationFile === undefined) return [];
    const found: Finding[] = [];
    if (!("existing" in organizationFile) && !("name" in organizationFile)) {
      found.push({
        path: ["connection"],
        message: "the new connection has no name",
        fix: "give connection.name, or connection.existing for a connection that already exists",
      });
    }
    if ("existing" in organizationFile) {
      for (const key of ["name", "scope", "agentPool"] as const) {
        if (!(key in organizationFile)) continue;
        found.push({
          path: ["connection", key],
          message: `${key} is only for a connection that this configuration creates, but existing: refers to one that already exists`,
          fix: `leave out ${key}, or existing`,
        });
      }
    }
    if (organizationFile.tokenVariable !== undefined && !patterns.variable.test(organizationFile.tokenVariable)) {
      found.push({
        path: ["connection", "tokenVariable"],
        message: `got ${shownId(organizationFile.tokenVariable)}; expected the name of a Terraform variable`,
        fix: "use letters, digits and _; the PAT itself goes into TF_VAR_<name> in the environment",
      });
    }
    if (organizationFile.tokenVariable !== undefined && reserved.has(organizationFile.tokenVariable)) {
      found.push({
        path: ["connection", "tokenVariable"],
        message: `got ${organizationFile.tokenVariable}, a name that Terraform reserves; expected the name of a variable`,
        fix: "choose another, such as gitlab_pat",
      });
    }
    return found;
  },
};
