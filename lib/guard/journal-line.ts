import type { GuardEvent } from "./event";

/** What the journal says of an event; undefined for what is of the moment alone. */
export function journalLine(
  event: GuardEvent,
): { readonly event: string; readonly details: Record<string, unknown> } | undefined {
  switch (event.type) {
    case "written": {
      const { what, kind, id, name } = event;
      return { event: "guard.wrote", details: { what, ...(kind === null ? {} : { kind }), id, name } };
    }
    case "refused": {
      const { rule, message, method, path } = event;
      return { event: "guard.refused", details: { rule, message, method, path } };
    }
    case "left": {
      const { kind, id, name, reason } = event;
      return { event: "guard.left", details: { kind, id, name, reason } };
    }
    case "read-ahead-off":
      return { event: "guard.read-ahead-off", details: { reason: event.reason } };
    case "paused":
    case "resumed":
      return { event: `guard.${event.type}`, details: {} };
    case "note":
      return undefined;
  }
}
