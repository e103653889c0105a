import type { FaultRule, Faults } from "./http/faults";
import type { RequestLog } from "./http/log";
import type { Received, Reply } from "./http/serve";
import type { TfeState } from "./tfe/state";

/**
 * The sandbox's own control, for other processes: `/_sandbox/log` (GET, DELETE), `/_sandbox/state` (GET) and
 * `/_sandbox/faults` (POST a rule, DELETE all). Needs no token and is in no log.
 */
export function control(
  request: Received,
  sandbox: { readonly state: TfeState; readonly log: RequestLog; readonly faults: Faults },
): Reply | undefined {
  if (!request.path.startsWith("/_sandbox/")) return undefined;
  switch (`${request.method} ${request.path}`) {
    case "GET /_sandbox/log":
      return { status: 200, body: sandbox.log.entries };
    case "DELETE /_sandbox/log":
      sandbox.log.clear();
      return { status: 204 };
    case "GET /_sandbox/state":
      return { status: 200, body: sandbox.state.snapshot() };
    case "POST /_sandbox/faults": {
      const rule = readRule(request.body);
      if (rule === undefined)
        return { status: 422, body: { error: "expected {method?, path?, after?, times?, fault: {…}}" } };
      sandbox.faults.add(rule);
      return { status: 201, body: {} };
    }
    case "DELETE /_sandbox/faults":
      sandbox.faults.clear();
      return { status: 204 };
    default:
      return { status: 404, body: { error: "no such control" } };
  }
}

function readRule(body: string): FaultRule | undefined {
  try {
    const rule: unknown = JSON.parse(body);
    return typeof rule === "object" && rule !== null && "fault" in rule ? (rule as FaultRule) : undefined;
  } catch {
    return undefined;
  }
}
