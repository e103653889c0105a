import { shown } from "../secret";
import type { Finding, Rule } from "./rule";

/** A connection is made by this configuration, or it exists: the settings of the one make no sense for the other. */
export const connection: Rule = {
  id: "connection",
  check: ({ connection: wish }) => {
    const found: Finding[] = [];
    if (wish.existing === undefined && wish.name === undefined) {
      found.push({
        path: ["connection"],
        message: "the new connection has no name",
        fix: "give connection.name, or connection.existing when it was made elsewhere",
      });
    }
    if (wish.existing !== undefined) {
      for (const key of ["name", "scope", "agentPool"] as const) {
        if (wish[key] === undefined) continue;
        found.push({
          path: ["connection", key],
          message: `${key} belongs to a connection that this configuration makes; existing refers to one made elsewhere`,
          fix: `leave out ${key}, or existing`,
        });
      }
    }
    if (wish.tokenVariable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(wish.tokenVariable)) {
      found.push({
        path: ["connection", "tokenVariable"],
        message: `got ${shown(wish.tokenVariable)}; expected the name of a Terraform variable`,
        fix: "use letters, digits and _; the PAT itself goes into TF_VAR_<name> in the environment",
      });
    }
    return found;
  },
};
