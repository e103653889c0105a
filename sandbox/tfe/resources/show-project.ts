import { one, related } from "../api/relationship";
import type { Project } from "../state/records";

/** A project as the API shows it. */
export function showProject(project: Project): unknown {
  return {
    id: project.id,
    type: "projects",
    attributes: {
      ...project.attributes,
      name: project.name,
      description: project.description,
      permissions: { "can-read": true, "can-update": true, "can-destroy": true, "can-create-workspace": true },
    },
    relationships: {
      organization: {
        ...one("organizations", project.organization),
        links: { related: `/api/v2/organizations/${project.organization}` },
      },
      "default-agent-pool": one("agent-pools", null),
      "tag-bindings": related(`/projects/${project.id}/tag-bindings`),
      "effective-tag-bindings": related(`/projects/${project.id}/effective-tag-bindings`),
    },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}
