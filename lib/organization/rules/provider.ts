import { shown } from "../../util/secret";
import { PROVIDER_CONSTRAINT } from "../../util/tfe-provider";
import { patterns } from "../patterns";
import type { Rule } from "./rule";

/** A version constraint that Terraform understands. */
export const provider: Rule = {
  id: "provider",
  check: ({ terraform }) => {
    const constraint = terraform?.provider;
    if (constraint === undefined || patterns.versionConstraint.test(constraint)) return [];
    return [
      {
        path: ["terraform", "provider"],
        message: `got ${shown(constraint)}; expected a version constraint such as ${PROVIDER_CONSTRAINT}`,
        fix: "write it as in required_providers",
      },
    ];
  },
};
