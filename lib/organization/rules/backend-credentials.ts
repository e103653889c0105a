import type { Finding } from "../finding";
import { type BackendType, backendTypes } from "../organization";
import { credentialName, credentials } from "./backend-settings";
import type { Rule } from "./rule";

/** A backend's settings are written into the configuration: its credentials come from the environment. */
export const backendCredentials: Rule = {
  id: "backend-credentials",
  check: ({ backend }) => backendTypes.flatMap((type) => within(type, backend?.[type], ["backend", type])),
};

function within(type: BackendType, settings: unknown, path: Finding["path"]): readonly Finding[] {
  if (typeof settings !== "object" || settings === null) return [];
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): readonly Finding[] => {
    const key = Array.isArray(settings) ? Number(name) : name;
    if (typeof key === "number" || !(Object.hasOwn(credentials[type], key) || credentialName.test(key))) {
      return within(type, value, [...path, key]);
    }
    const variable = credentials[type][key];
    return [
      {
        path: [...path, key],
        message: "the synthesized configuration would contain a credential",
        fix:
          variable === undefined
            ? "remove it and use the environment variable from Terraform's documentation of the backend"
            : `remove it and set it in the environment: ${variable}`,
      },
    ];
  });
}
