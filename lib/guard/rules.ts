/** Why the guard refuses a request. The ids are stable: they stand in errors, events and the journal. */
export type RuleId = keyof typeof rules;

/** What passes, and what to do about a refusal: both are whole sentences. */
export interface Rule {
  readonly expected: string;
  readonly todo: string;
}

const NEW_PLAN = "Make a new plan, and review it.";
const WHO = "Terraform's provider sends nothing like it: find out which program does.";

/**
 * Every rule of the guard. A request that breaks one is answered 403 and not sent, and no write is sent after it.
 *
 * `stopped` is the one rule that follows from another.
 */
export const rules = {
  stopped: {
    expected: "After a refusal no write is sent.",
    todo: "Resolve the first refusal, then make a new plan.",
  },
  "plan-writes-nothing": {
    expected: "A plan only reads.",
    todo: "Run it again. If this comes back, report it with this message.",
  },
  "method-override": {
    expected: "The method of the request line is the only one.",
    todo: WHO,
  },
  "read-with-body": {
    expected: "A request that reads has no body.",
    todo: WHO,
  },
  method: {
    expected: "Only PATCH of what is re-pointed and POST of the new connection are sent. Nothing is deleted.",
    todo: NEW_PLAN,
  },
  "odd-path": {
    expected: "The path of a write has no query, nothing encoded, no empty part, and no part that is only dots.",
    todo: WHO,
  },
  "another-organization": {
    expected: "Only the organization of the plan is changed.",
    todo: "Keep what belongs to another organization in a configuration of its own.",
  },
  "not-expected": {
    expected: "Nothing else is sent.",
    todo: "To have it reviewed and sent, run repoint plan ORG, then repoint apply ORG.",
  },
  "content-type": {
    expected: "A write is application/vnd.api+json, uncompressed.",
    todo: WHO,
  },
  "unreadable-body": {
    expected: "The body of a write is one JSON:API document that can be read in one way only.",
    todo: WHO,
  },
  "another-object": {
    expected: "Path and body name the same object.",
    todo: WHO,
  },
  unlinks: {
    expected: "A VCS link stays; only its token changes.",
    todo: NEW_PLAN,
  },
  "wrong-token": {
    expected: "Only the expected token is sent.",
    todo: NEW_PLAN,
  },
  "new-connection-unknown": {
    expected: "The new connection is made first, and has exactly one token.",
    todo: NEW_PLAN,
  },
  "changes-more": {
    expected: "Everything but the token must be as it is on the server.",
    todo: "If it was changed on the server, make a new plan. If your configuration changes it, apply that without Repoint first.",
  },
  "connection-twice": {
    expected: "A connection is made once.",
    todo: "Look in TFE (Settings, Version Control, Providers) whether it is there, then make a new plan.",
  },
  "connection-differs": {
    expected: "The connection is sent as it is expected, with the token that this run was given.",
    todo: NEW_PLAN,
  },
  "project-not-expected": {
    expected: "The connection is attached to the expected projects only.",
    todo: NEW_PLAN,
  },
} as const satisfies Readonly<Record<string, Rule>>;
