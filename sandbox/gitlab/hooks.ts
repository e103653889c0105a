import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { paged } from "./pages";
import { findProject, noProject } from "./projects";
import { type GitlabProject, HOOK_DEFAULTS, type Hook } from "./state";

const MAINTAINER = 40;

/** A route for a project's webhooks, which only its Maintainers and Owners may see. */
const hooks = (
  method: GitlabRoute["method"],
  handle: (call: GitlabCall, project: GitlabProject) => Reply,
): GitlabRoute => ({
  method,
  path: /^projects\/([^/]+)\/hooks$/,
  handle: (call, id = "") => {
    const project = findProject(call.state, id);
    if (project === undefined) return noProject();
    return project.accessLevel < MAINTAINER ? reply(403, { message: "403 Forbidden" }) : handle(call, project);
  },
});

/** A route for one webhook. */
const hook = (
  method: GitlabRoute["method"],
  handle: (call: GitlabCall, project: GitlabProject, hook: Hook) => Reply,
): GitlabRoute => ({
  method,
  path: /^projects\/([^/]+)\/hooks\/(\d+)$/,
  handle: (call, id = "", hookId = "") => {
    const project = findProject(call.state, id);
    if (project === undefined) return noProject();
    if (project.accessLevel < MAINTAINER) return reply(403, { message: "403 Forbidden" });
    const found = project.hooks.find((candidate) => String(candidate.id) === hookId);
    return found === undefined ? reply(404, { message: "404 Not found" }) : handle(call, project, found);
  },
});

function create(call: GitlabCall, project: GitlabProject): Reply {
  const given = settingsIn(call);
  if ("status" in given) return given;
  // Unlike TFE, which looks first, GitLab takes the same address as often as it is given.
  return reply(201, call.state.newHook(project, given));
}

function update(call: GitlabCall, _: GitlabProject, found: Hook): Reply {
  const given = settingsIn(call);
  return "status" in given ? given : reply(200, Object.assign(found, given));
}

/** What a request says of a webhook, or the refusal. Its secret `token` is never shown, and so not kept. */
function settingsIn({ request }: GitlabCall): (Partial<Hook> & Pick<Hook, "url">) | Reply {
  const given = parse(request.body);
  const { url } = given;
  if (url === undefined) return reply(400, { error: "url is missing" });
  if (typeof url !== "string" || !/^https?:\/\/[^\s/]/.test(url)) return reply(422, { error: "Invalid url given" });
  const flags = Object.keys(HOOK_DEFAULTS).flatMap((name) => {
    const value = given[name];
    return value === undefined || value === null ? [] : [[name, value === true || value === "true" || value === "1"]];
  });
  return { url, ...Object.fromEntries(flags) };
}

/** GitLab takes JSON and forms alike. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...Object(JSON.parse(text)) };
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

export const hookRoutes: readonly GitlabRoute[] = [
  hooks("GET", ({ request }, project) => paged(request, project.hooks)),
  hooks("POST", create),
  hook("GET", (_, __, found) => reply(200, found)),
  hook("PUT", update),
  hook("DELETE", (_, project, found) => {
    project.hooks = project.hooks.filter((candidate) => candidate !== found);
    return { status: 204 };
  }),
];
