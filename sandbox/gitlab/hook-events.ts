import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { deliverTo } from "./deliver";
import { badParameter, notFound, tooOften, unprocessable } from "./errors";
import { hook } from "./hooks";
import { paged } from "./pages";
import type { GitlabProject, Hook, HookEvent } from "./project";

const WEEK = 7 * 86_400_000;
/** Resends a minute for a user and a project ("Resend a project webhook event"). */
const RESENDS = 5;

/** The statuses that a word stands for. */
const CATEGORIES: Readonly<Record<string, string>> = { successful: "2", client_failure: "4", server_failure: "5" };

const fits = ({ response_status: status }: HookEvent, wanted: readonly string[]) =>
  wanted.some((each) => (each in CATEGORIES ? status.startsWith(CATEGORIES[each] ?? "") : status === each));

function list({ request, now }: GitlabCall, project: GitlabProject, { id }: Hook): Reply {
  const { query } = request;
  if (Number(query.get("per_page") ?? 20) > 20) return badParameter(400, "per_page does not have a valid value");
  const wanted = query.get("status")?.split(",") ?? [];
  if (!wanted.every((each) => each in CATEGORIES || /^[1-5]\d\d$/.test(each)))
    return badParameter(400, "status does not have a valid value");
  const events = (project.events.get(id) ?? [])
    .filter(({ at }) => now.getTime() - at.getTime() < WEEK)
    .map(({ event }) => event)
    .filter((event) => wanted.length === 0 || fits(event, wanted));
  return paged(request, events.reverse());
}

/** When each user had something sent again, by project. */
const resends = new WeakMap<GitlabProject, Map<number, number[]>>();

async function resend(call: GitlabCall, project: GitlabProject, found: Hook, eventId: string): Promise<Reply> {
  const { state, user, now } = call;
  const of = resends.get(project) ?? new Map<number, number[]>();
  const lately = (of.get(user.id) ?? []).filter((at) => now.getTime() - at < 60_000);
  if (lately.length >= RESENDS) return tooOften();
  resends.set(project, of.set(user.id, [...lately, now.getTime()]));
  const event = (project.events.get(found.id) ?? []).find(({ event: { id } }) => String(id) === eventId)?.event;
  if (event === undefined) return notFound();
  // lib/web_hooks/events/resend_service.rb: what was sent to another address is not sent to this one.
  if (event.url !== found.url) return unprocessable("The hook URL has changed. This log entry cannot be retried.");
  const again = await deliverTo(state, project, found, event.request_data, event.trigger);
  const status = Number(again.response_status);
  return reply(201, { response_status: Number.isNaN(status) ? again.response_status : status });
}

/** What GitLab delivered to a webhook, newest first, and sending it again ("Project webhooks API"). */
export const hookEventRoutes: readonly GitlabRoute[] = [
  hook("GET", list, { below: "/events", since: "17.3" }),
  hook("POST", resend, { below: "/events/(\\d+)/resend", since: "17.4" }),
];
