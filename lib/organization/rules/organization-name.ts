import { shown } from "../../util/secret";
import { patterns } from "../patterns";
import type { Rule } from "./rule";

/** An organization's name stands in the API's addresses: it is no address itself, and no id. */
export const organizationName: Rule = {
  id: "organization-name",
  check: ({ organization }) => {
    if (organization === undefined || patterns.organization.test(organization)) return [];
    return [
      {
        path: ["organization"],
        message: `got ${shown(organization)}; expected letters, digits, - and _`,
        fix: "give the name from TFE's address, after /app/",
      },
    ];
  },
};
