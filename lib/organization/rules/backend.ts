import { isAbsolute, normalize } from "node:path";
import { type BackendType, backendTypes } from "../organization";
import { shown } from "../secret";
import type { Finding, Rule } from "./rule";

/** Settings without which a backend does not work, by Terraform's documentation. */
const required: Readonly<Record<BackendType, readonly string[]>> = {
  local: [],
  http: ["address"],
  s3: ["bucket", "key", "region"],
  gcs: ["bucket"],
  azurerm: ["storage_account_name", "container_name", "key"],
  remote: ["organization", "workspaces"],
  cloud: ["organization", "workspaces"],
};

/** Exactly one backend, with what it needs, and the same text on every machine. */
export const backend: Rule = {
  id: "backend",
  check: ({ backend: wish }) => {
    if (wish === undefined) return [];
    const given = backendTypes.filter((type) => wish[type] !== undefined);
    const [type] = given;
    if (given.length !== 1 || type === undefined) {
      const got = given.length === 0 ? "none" : given.join(" and ");
      return [
        { path: ["backend"], message: `got ${got}; expected one of ${backendTypes.join(", ")}`, fix: "name one" },
      ];
    }
    const settings = wish[type] ?? {};
    const found: Finding[] = required[type]
      .filter((key) => settings[key] === undefined)
      .map((key) => ({
        path: ["backend", type],
        message: `the ${type} backend needs ${key}`,
        fix: `give backend.${type}.${key}`,
      }));
    const { path } = settings;
    if (type === "local" && path !== undefined) {
      const inside = typeof path === "string" && !isAbsolute(path) && !normalize(path).startsWith("..");
      if (!inside) {
        found.push({
          path: ["backend", "local", "path"],
          message: `got ${shown(path)}; expected a path inside the project, so that the text is the same on every machine`,
          fix: "give a relative path, or another backend",
        });
      }
    }
    return found;
  },
};
