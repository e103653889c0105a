import { shownId } from "../../util/secret";
import type { Finding } from "../finding";
import { patterns } from "../patterns";
import type { Rule } from "./rule";

/** Names that Terraform keeps for itself in a module's block (its documentation of input variables). */
const reserved = new Set(["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"]);

/** A connection is made by this configuration, or it exists: the settings of the one make no sense for the other. */
export const connection: Rule = {
  id: "connection",
  check: ({ connection: wish }) => {
    if (wish === undefined) return [];
    const found: Finding[] = [];
    if (!("existing" in wish) && !("name" in wish)) {
      found.push({
        path: ["connection"],
        message: "the new connection has no name",
        fix: "give connection.name, or connection.existing when it was made elsewhere",
      });
    }
    if ("existing" in wish) {
      for (const key of ["name", "scope", "agentPool"] as const) {
        if (!(key in wish)) continue;
        found.push({
          path: ["connection", key],
          message: `${key} belongs to a connection that this configuration makes; existing refers to one made elsewhere`,
          fix: `leave out ${key}, or existing`,
        });
      }
    }
    if (wish.tokenVariable !== undefined && !patterns.variable.test(wish.tokenVariable)) {
      found.push({
        path: ["connection", "tokenVariable"],
        message: `got ${shownId(wish.tokenVariable)}; expected the name of a Terraform variable`,
        fix: "use letters, digits and _; the PAT itself goes into TF_VAR_<name> in the environment",
      });
    }
    if (wish.tokenVariable !== undefined && reserved.has(wish.tokenVariable)) {
      found.push({
        path: ["connection", "tokenVariable"],
        message: `got ${wish.tokenVariable}, a name that Terraform keeps for itself; expected that of a variable`,
        fix: "choose another, such as gitlab_pat",
      });
    }
    return found;
  },
};
