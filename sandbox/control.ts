import { push } from "./gitlab/deliver";
import type { GitlabState } from "./gitlab/state";
import { tokenRequestLog } from "./gitlab/token-request-log";
import { BOT } from "./gitlab/users";
import type { Fault, FaultRule, Faults } from "./http/faults";
import type { RequestLog } from "./http/log";
import type { Received } from "./http/receive";
import type { Reply } from "./http/reply";
import { Random } from "./random";
import { logLine } from "./tfe/log-line";
import type { TfeState } from "./tfe/state/tfe-state";

/** Where the control is: on TFE's server, beside its API. */
export const CONTROL = "/_sandbox/";

interface Controlled {
  readonly state: TfeState;
  readonly gitlabState: GitlabState;
  readonly log: RequestLog;
  readonly faults: Faults;
}

type Action = (sandbox: Controlled, request: Received) => Reply | Promise<Reply>;

/** What other processes can do with a sandbox. It needs no token, is in no log and knows no faults. */
const actions: Readonly<Record<string, Action>> = {
  "GET /_sandbox/log": ({ log }, { query }) => {
    const after = Number(query.get("after") ?? 0);
    return { status: 200, body: log.entries.filter(({ at }) => at > after) };
  },
  "DELETE /_sandbox/log": ({ log }) => {
    log.clear();
    return { status: 204 };
  },
  "GET /_sandbox/gitlab-log": ({ gitlabState }) => {
    // The same chance each time: a line stays as it is once it was shown.
    const text = tokenRequestLog(gitlabState.tokenRequests, { from: new Date(0), format: "new" }, new Random(0));
    return { status: 200, text };
  },
  "DELETE /_sandbox/gitlab-log": ({ gitlabState }) => {
    gitlabState.tokenRequests.length = 0;
    return { status: 204 };
  },
  "GET /_sandbox/gitlab": ({ gitlabState }) => ({ status: 200, body: gitlabState.settings }),
  "PATCH /_sandbox/gitlab": ({ gitlabState }, { body }) => {
    const { now, ...settings } = parse(body);
    const { settings: before } = gitlabState;
    const unknown = Object.keys(settings).filter((name) => !(name in before));
    const moment = now === undefined ? undefined : new Date(String(now));
    if (unknown.length > 0 || Number.isNaN(moment?.getTime())) {
      const names = ["now", ...Object.keys(before)].join(", ");
      return { status: 422, body: { error: `expected an object with any of ${names}; now is a date and time` } };
    }
    Object.assign(before, settings);
    if (moment !== undefined) setClock(gitlabState, moment);
    return { status: 200, body: before };
  },
  "POST /_sandbox/gitlab/token": ({ gitlabState }, { body }) => {
    const { expires_at: day } = parse(body);
    const { token } = gitlabState.createToken({ userId: BOT, ...(typeof day === "string" ? { expiresAt: day } : {}) });
    return { status: 201, text: `${token}\n` };
  },
  "POST /_sandbox/gitlab/push": async ({ gitlabState }, { query }) => {
    const path = query.get("project") ?? "";
    if (!gitlabState.projects.has(path.toLowerCase())) return { status: 404, body: { error: `no project ${path}` } };
    return { status: 200, body: await push(gitlabState, path) };
  },
  "GET /_sandbox/tfe-log": ({ state }) => ({ status: 200, text: state.log.map(logLine).join("") }),
  "DELETE /_sandbox/tfe-log": ({ state }) => {
    state.log.length = 0;
    return { status: 204 };
  },
  "GET /_sandbox/state": ({ state }) => ({ status: 200, body: state.snapshot() }),
  "GET /_sandbox/faults": ({ faults }) => ({ status: 200, body: faults.rules.map(showRule) }),
  "POST /_sandbox/faults": ({ faults }, { body }) => {
    const rule = readRule(body);
    if (rule === undefined) return { status: 422, body: { error: `expected ${RULE_FORM}` } };
    faults.add(rule);
    return { status: 201, body: showRule(rule) };
  },
  "DELETE /_sandbox/faults": ({ faults }) => {
    faults.clear();
    return { status: 204 };
  },
};

/** The answer to a control request; undefined for every other. */
export function control(request: Received, sandbox: Controlled): Reply | Promise<Reply> | undefined {
  if (!request.path.startsWith(CONTROL)) return undefined;
  const action = actions[`${request.method} ${request.path}`];
  if (action !== undefined) return action(sandbox, request);
  return { status: 404, body: { error: `no such control; there are ${Object.keys(actions).join(", ")}` } };
}

/** A clock that begins at a moment and goes on. */
function setClock(state: GitlabState, moment: Date): void {
  const ahead = moment.getTime() - Date.now();
  state.clock = () => new Date(Date.now() + ahead);
}

function parse(body: string): Record<string, unknown> {
  try {
    return { ...Object(JSON.parse(body)) };
  } catch {
    return {};
  }
}

const RULE_FORM =
  '{"server"?: "tfe" | "gitlab", "method"?, "path"?: regular expression, "after"?, "times"?, ' +
  '"fault": {"status": n, "retryAfter"?: seconds} | {"delayMs": n} | {"drop": true} | {"truncate": true} | {"lose": true} | {"rateLimit": seconds} | {"answer": {"status": n, "body"?, "text"?, "headers"?}}}';

function readRule(body: string): FaultRule | undefined {
  try {
    const { server, method, path, after, times, fault: given }: Record<string, unknown> = JSON.parse(body);
    const fault = readFault(given);
    if (fault === undefined || (server !== undefined && server !== "tfe" && server !== "gitlab")) return undefined;
    return {
      fault,
      ...(server === undefined ? {} : { server }),
      ...(typeof method === "string" ? { method } : {}),
      ...(typeof path === "string" ? { path: new RegExp(path) } : {}),
      ...(typeof after === "number" ? { after } : {}),
      ...(typeof times === "number" ? { times } : {}),
    };
  } catch {
    return undefined;
  }
}

function readFault(value: unknown): Fault | undefined {
  const { status, retryAfter, answer, delayMs, drop, truncate, lose, rateLimit }: Record<string, unknown> =
    Object(value);
  const scripted: Record<string, unknown> = Object(answer);
  if (typeof scripted.status === "number") return { answer: { ...scripted, status: scripted.status } };
  if (typeof status === "number" && status >= 100 && status <= 599)
    return typeof retryAfter === "number" ? { status, retryAfter } : { status };
  if (typeof delayMs === "number") return { delayMs };
  if (typeof rateLimit === "number") return { rateLimit };
  if (drop === true) return { drop };
  if (lose === true) return { lose };
  return truncate === true ? { truncate } : undefined;
}

const showRule = ({ path, ...rule }: FaultRule) => ({ ...rule, ...(path === undefined ? {} : { path: textOf(path) }) });
const textOf = (path: string | RegExp) => (typeof path === "string" ? path : path.source);
