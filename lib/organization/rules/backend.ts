import { isAbsolute, normalize } from "node:path/posix";
import { shown } from "../../util/secret";
import type { Finding } from "../finding";
import { backendTypes } from "../organization";
import { required } from "./backend-settings";
import type { Rule } from "./rule";

/** Exactly one backend, with what it needs, and the same text on every machine. */
export const backend: Rule = {
  id: "backend",
  check: ({ backend: organizationFile }) => {
    if (organizationFile === undefined) return [];
    const given = backendTypes.filter((type) => type in organizationFile);
    const [type] = given;
    if (given.length !== 1 || type === undefined) {
      const got = given.length === 0 ? "none" : given.join(" and ");
      return [
        { path: ["backend"], message: `got ${got}; expected one of ${backendTypes.join(", ")}`, fix: "name one" },
      ];
    }
    const settings = organizationFile[type];
    if (settings === undefined) return [];
    const found: Finding[] = required[type]
      .filter((key) => settings[key] === undefined || settings[key] === null || settings[key] === "")
      .map((key) => ({
        path: ["backend", type],
        message: `the ${type} backend needs ${key}`,
        fix: `give backend.${type}.${key}`,
      }));
    if (type === "local" && settings.path !== undefined) found.push(...localPath(settings.path));
    if ((type === "remote" || type === "cloud") && settings.workspaces !== undefined) {
      found.push(...oneWorkspace(type, settings.workspaces));
    }
    return [...found, ...expressions(settings, ["backend", type])];
  },
};

function localPath(path: unknown): readonly Finding[] {
  if (typeof path === "string" && path !== "" && !isAbsolute(path) && !/^[A-Za-z]:|\\/.test(path)) {
    const normal = normalize(path);
    if (!/^\.\.?(\/|$)/.test(normal) && !normal.endsWith("/")) return [];
  }
  return [
    {
      path: ["backend", "local", "path"],
      message: `got ${shown(path)}; expected the path of a file inside the project, so that the configuration is the same on every machine`,
      fix: "give a relative path with / between folders, or another backend",
    },
  ];
}

/** With a prefix or tags, Terraform asks which workspace is meant. */
function oneWorkspace(type: "remote" | "cloud", workspaces: unknown): readonly Finding[] {
  const named = typeof workspaces === "object" && workspaces !== null && "name" in workspaces;
  if (named && typeof workspaces.name === "string" && workspaces.name !== "") return [];
  return [
    {
      path: ["backend", type, "workspaces"],
      message: `got ${shown(workspaces)}; expected the name of the workspace for the state`,
      fix: `give backend.${type}.workspaces.name`,
    },
  ];
}

function expressions(value: unknown, path: Finding["path"]): readonly Finding[] {
  if (typeof value === "string" && /[$%]\{/.test(value)) {
    return [{ path, message: "Terraform takes no expressions in a backend", fix: "write the value out" }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    expressions(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
