import { ApiError, type Call, dataOf, empty, notFound, ok, one, organizationOf, page, type Route, text } from "../api";
import type { Project } from "../state";

function show(project: Project): unknown {
  return {
    id: project.id,
    type: "projects",
    attributes: {
      name: project.name,
      description: project.description,
      "created-at": "2024-01-01T00:00:00.000Z",
      permissions: { "can-read": true, "can-update": true, "can-destroy": true, "can-create-workspace": true },
    },
    relationships: { organization: one("organizations", project.organization) },
    links: { self: `/api/v2/projects/${project.id}` },
  };
}

function find(call: Call): Project {
  const project = call.state.projects.get(call.params.id ?? "");
  if (project === undefined) throw notFound();
  return project;
}

export const projectRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/projects",
    handle: (call) => {
      const { name } = organizationOf(call);
      const names = call.query.get("filter[names]")?.split(",");
      const query = call.query.get("q")?.toLowerCase();
      const projects = [...call.state.projects.values()].filter(
        (project) =>
          project.organization === name &&
          (names === undefined || names.includes(project.name)) &&
          (query === undefined || project.name.toLowerCase().includes(query)),
      );
      return page(call, projects, show);
    },
  },
  {
    method: "POST",
    path: "/api/v2/organizations/:organization/projects",
    handle: (call) => {
      const organization = organizationOf(call).name;
      const { attributes } = dataOf(call);
      const name = text(attributes.name);
      if (name === undefined || name === "") {
        throw new ApiError(422, "invalid attribute", "Name can't be blank", "/data/attributes/name");
      }
      if (
        [...call.state.projects.values()].some((other) => other.organization === organization && other.name === name)
      ) {
        throw new ApiError(422, "invalid attribute", "Name has already been taken", "/data/attributes/name");
      }
      const project = {
        id: call.state.newId("prj"),
        organization,
        name,
        description: text(attributes.description) ?? "",
      };
      call.state.projects.set(project.id, project);
      return ok({ data: show(project) }, 201);
    },
  },
  { method: "GET", path: "/api/v2/projects/:id", handle: (call) => ok({ data: show(find(call)) }) },
  {
    method: "PATCH",
    path: "/api/v2/projects/:id",
    handle: (call) => {
      const project = find(call);
      const { attributes } = dataOf(call);
      project.name = text(attributes.name) ?? project.name;
      project.description = text(attributes.description) ?? project.description;
      return ok({ data: show(project) });
    },
  },
  {
    method: "DELETE",
    path: "/api/v2/projects/:id",
    handle: (call) => {
      const project = find(call);
      if ([...call.state.workspaces.values()].some(({ projectId }) => projectId === project.id)) {
        throw new ApiError(422, "invalid request", "The project still has workspaces");
      }
      call.state.projects.delete(project.id);
      return empty();
    },
  },
];
