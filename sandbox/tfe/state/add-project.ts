import type { Project } from "./records";
import type { TfeState } from "./tfe-state";

/** Adds a project with the defaults of the API. */
export function addProject(state: TfeState, organization: string, name: string, createdAt: string): Project {
  const project: Project = {
    id: state.newId("prj"),
    organization,
    name,
    description: "",
    attributes: {
      "created-at": createdAt,
      "is-unified": false,
      "auto-destroy-activity-duration": null,
      "default-execution-mode": "remote",
      "setting-overwrites": { "default-execution-mode": false, "default-agent-pool": false },
    },
    defaultAgentPoolId: null,
    tagBindings: [],
  };
  state.projects.set(project.id, project);
  return project;
}
