import { appendJournal } from "../files/journal";
import { fileTrouble } from "../util/file-trouble";
import type { GuardEvent } from "./event";

/**
 * Writes what is worth keeping of an event into the journal. A disk that is full is no reason to stop what runs already.
 *
 * @param journal null where nobody keeps one
 * @returns what to say where it could not be written; undefined where all is well
 */
export function recordEvent(journal: string | null, event: GuardEvent): GuardEvent | undefined {
  const line = journalLine(event);
  if (journal === null || line === undefined) return undefined;
  try {
    // One a write, thirty a second: the command's own next entry flushes them.
    appendJournal(journal, line.event, line.details, new Date(), { flush: false });
    return undefined;
  } catch (error) {
    const trouble = fileTrouble(error);
    if (trouble === undefined) throw error;
    return { type: "note", text: `WARNING  ${trouble.message}: the journal lacks ${line.event}` };
  }
}

/** What the journal says of an event; undefined for what is of the moment alone. */
function journalLine(
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
