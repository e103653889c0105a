import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { unprocessable } from "../api/errors";
import { ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import type { Call } from "../api/route";
import type { Project } from "../state/records";
import { requireAgentMode } from "./require-agent-mode";
import { readBindings, sortBindings } from "./tag-bindings";

const ATTRIBUTES: AttributeTable = {
  name: "text",
  description: "text",
  "auto-destroy-activity-duration": "duration",
  "default-execution-mode": ["remote", "local", "agent"],
  "default-agent-pool-id": "optional-text",
};

/** Applies a request to a project. @throws ApiError 422; the project is then half changed */
export function applyProject(call: Call, project: Project): void {
  const { attributes, relationships } = documentOf(call);
  const { name, description, "default-agent-pool-id": pool, ...rest } = readAttributes(ATTRIBUTES, attributes);
  const bindings = object(relationships["tag-bindings"]).data;
  const given = bindings === undefined ? undefined : readBindings(bindings, "/data/relationships/tag-bindings/data");
  if (name !== undefined) project.name = requireName(call, project, text(name) ?? "");
  if (description !== undefined) project.description = text(description) ?? "";
  if (given !== undefined) project.tagBindings = sortBindings(given);
  Object.assign(project.attributes, rest);
  applyDefaults(call, project, pool, object(attributes["setting-overwrites"]));
}

/** Where the runs of the project's workspaces happen: its own choice, or the organization's given back to it. */
function applyDefaults(
  call: Call,
  project: Project,
  pool: unknown,
  overwrites: Readonly<Record<string, unknown>>,
): void {
  const given = documentOf(call).attributes["default-execution-mode"];
  const ways = [overwrites["default-execution-mode"], overwrites["default-agent-pool"]];
  if (ways.every((way) => typeof way === "boolean") && ways[0] !== ways[1]) {
    throw unprocessable(
      "If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.",
      "/data/attributes/setting-overwrites",
    );
  }
  const own = typeof given === "string" ? true : overwrites["default-execution-mode"];
  if (pool !== undefined) project.defaultAgentPoolId = text(pool) || null;
  requireAgentMode(project.attributes, project, text(pool), {
    label: "Agent pool",
    pointer: "/data/attributes/default-agent-pool-id",
  });
  if (
    own !== false &&
    project.attributes["default-execution-mode"] === "agent" &&
    project.defaultAgentPoolId === null
  ) {
    throw unprocessable(
      "Default agent pool must be specified when using 'agent' execution mode",
      "/data/attributes/default-agent-pool-id",
    );
  }
  if (typeof own !== "boolean") return;
  project.attributes["setting-overwrites"] = { "default-execution-mode": own, "default-agent-pool": own };
  if (own) return;
  const home = call.state.organizations.get(project.organization);
  project.attributes["default-execution-mode"] = home?.attributes["default-execution-mode"] ?? "remote";
  project.defaultAgentPoolId = home?.defaultAgentPoolId ?? null;
}

/** "Letters, numbers, spaces, - and _; 3 to 40 characters; no space at the ends" (HCP Terraform API, "Projects"). */
function requireName(call: Call, project: Project, name: string): string {
  if (!/^[\p{L}\p{N}_-][\p{L}\p{N} _-]{1,38}[\p{L}\p{N}_-]$/u.test(name)) {
    throw unprocessable(
      "Name may only contain letters, numbers, spaces, - and _, and must have 3 to 40 of them",
      "/data/attributes/name",
    );
  }
  const others = ownedBy(call.state.projects, project.organization).filter(({ id }) => id !== project.id);
  if (others.some((other) => other.name === name)) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
  return name;
}
