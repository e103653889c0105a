import { many, one, related } from "../api/relationship";
import type { Project } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { bindingId, ownBindings } from "./tag-bindings";

/** A project as the API shows it. `withBindings`: its tag bindings are sent along. */
export function showProject(state: TfeState, project: Project, withBindings = false): unknown {
  return {
    id: project.id,
    type: "projects",
    attributes: {
      ...project.attributes,
      name: project.name,
      description: project.description,
      "workspace-count": membersOf(state, project.id),
      "team-count": 0,
      permissions: { "can-read": true, "can-update": true, "can-destroy": true, "can-create-workspace": true },
    },
    relationships: {
      organization: {
        ...one("organizations", project.organization),
        links: { related: `/api/v2/organizations/${project.organization}` },
      },
      "default-agent-pool": one("agent-pools", project.defaultAgentPoolId),
      "tag-bindings": related(`/projects/${project.id}/tag-bindings`),
      "effective-tag-bindings": {
        ...related(`/projects/${project.id}/effective-tag-bindings`),
        ...(withBindings ? many("effective-tag-bindings", ownBindings(project).map(bindingId)) : {}),
      },
    },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}

function membersOf({ workspaces }: TfeState, id: string): number {
  let count = 0;
  for (const { projectId } of workspaces.values()) if (projectId === id) count += 1;
  return count;
}
