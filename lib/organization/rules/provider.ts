import { shown } from "../secret";
import type { Rule } from "./rule";

/** A version constraint that Terraform understands, on versions that can change a token in place (0.69 and newer). */
export const provider: Rule = {
  id: "provider",
  check: ({ terraform }) => {
    const constraint = terraform?.provider;
    if (constraint === undefined) return [];
    const parts = constraint.split(",").map((part) => part.trim());
    if (parts.every((part) => /^(=|!=|>=|<=|>|<|~>)?\s*\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?$/.test(part))) return [];
    return [
      {
        path: ["terraform", "provider"],
        message: `got ${shown(constraint)}; expected a version constraint such as ~> 0.80.0`,
        fix: "write it as in required_providers",
      },
    ];
  },
};
