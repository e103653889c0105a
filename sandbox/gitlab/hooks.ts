import type { Reply } from "../http/serve";
import { MAINTAINER } from "./authorize";
import { type GitlabCall, type GitlabRoute, parametersOf, reply } from "./call";
import { badParameter, forbidden, invalidRecord, notFound } from "./errors";
import { paged } from "./pages";
import { type GitlabProject, HOOK_DEFAULTS, type Hook } from "./project";
import { findProject } from "./projects";

function maintained(call: GitlabCall, id: string): GitlabProject | Reply {
  const project = findProject(call, id);
  if ("status" in project) return project;
  const { state, user } = call;
  return user.isAdmin !== true && state.levelOf(user.id, project) < MAINTAINER ? forbidden() : project;
}

/** A route for a project's webhooks, which only its Maintainers and Owners may see. */
const hooks = (
  method: GitlabRoute["method"],
  handle: (call: GitlabCall, project: GitlabProject) => Reply,
): GitlabRoute => ({
  method,
  path: /^projects\/([^/]+)\/hooks$/,
  handle: (call, id = "") => {
    const project = maintained(call, id);
    return "status" in project ? project : handle(call, project);
  },
});

/** A route for one webhook, or for something below it. */
export const hook = (
  method: GitlabRoute["method"],
  handle: (call: GitlabCall, project: GitlabProject, hook: Hook, part: string) => Reply | Promise<Reply>,
  { below = "", since }: { readonly below?: string; readonly since?: string } = {},
): GitlabRoute => ({
  method,
  path: new RegExp(`^projects/([^/]+)/hooks/(\\d+)${below}$`),
  ...(since === undefined ? {} : { since }),
  handle: (call, id = "", hookId = "", part = "") => {
    const project = maintained(call, id);
    if ("status" in project) return project;
    const found = project.hooks.find((candidate) => String(candidate.id) === hookId);
    return found === undefined ? notFound() : handle(call, project, found, part);
  },
});

function create(call: GitlabCall, project: GitlabProject): Reply {
  const given = settingsIn(call);
  if ("status" in given) return given;
  if (!call.state.hasRoom(project)) {
    const most = call.state.settings.hooksPerProject;
    return invalidRecord(422, { base: [`Maximum number of project hooks (${most}) exceeded`] });
  }
  // Unlike TFE, which looks first, GitLab takes the same address as often as it is given.
  return reply(201, call.state.newHook(project, given));
}

function update(call: GitlabCall, _: GitlabProject, found: Hook): Reply {
  const given = settingsIn(call);
  return "status" in given ? given : reply(200, Object.assign(found, given));
}

/** What a request says of a webhook, or the refusal. Its secret `token` is never shown, and so not kept. */
function settingsIn({ request }: GitlabCall): (Partial<Hook> & Pick<Hook, "url">) | Reply {
  const given = parametersOf(request);
  const { url } = given;
  if (url === undefined) return badParameter(400, "url is missing");
  if (typeof url !== "string" || !/^https?:\/\/[^\s/]/.test(url)) return badParameter(422, "Invalid url given");
  const strategy = given.branch_filter_strategy ?? "wildcard";
  if (!["wildcard", "regex", "all_branches"].includes(String(strategy)))
    return badParameter(400, "branch_filter_strategy does not have a valid value");
  const settings = Object.entries(HOOK_DEFAULTS).flatMap(([name, usual]) => {
    const value = given[name];
    if (value === undefined || value === null) return [];
    return [[name, typeof usual === "boolean" ? value === true || value === "true" || value === "1" : String(value)]];
  });
  return { url, ...Object.fromEntries(settings) };
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
