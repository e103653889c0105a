/** Why the guard refuses a request. The ids are stable: they stand in errors, events and the journal. */
export type RuleId = keyof typeof rules;

/** What passes, and what to do about a refusal: both are whole sentences. */
export interface Rule {
  readonly expected: string;
  readonly todo: string;
}

const NEW_PLAN = "Make a new plan, and review it.";
const WHO = "Terraform's provider never sends this: find out which program does.";

/**
 * Every rule of the guard. A request that breaks one is answered 403 and not sent, and no write is sent after it.
 *
 * `stopped` is the one rule that follows from another.
 */
export const rules = {
  stopped: {
    expected: "After a refusal, no write is sent.",
    todo: "Resolve the first refusal, then make a new plan.",
  },
  "plan-writes-nothing": {
    expected: "A plan only reads.",
    todo: "Run it again. If this happens again, report it with this message.",
  },
  "method-override": {
    expected: "Only the request line sets the method.",
    todo: WHO,
  },
  "read-with-body": {
    expected: "A request that only reads has no body.",
    todo: WHO,
  },
  method: {
    expected: "Only a PATCH of a resource to re-point and a POST of the new connection are sent. Nothing is deleted.",
    todo: NEW_PLAN,
  },
  "odd-path": {
    expected: "The path of a write has no query, no encoded character, no empty segment and no segment of dots only.",
    todo: WHO,
  },
  "another-organization": {
    expected: "Only the plan's organization is changed.",
    todo: "Keep the resources of another organization in a separate configuration.",
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
    expected: "The body of a write is one unambiguous JSON:API document.",
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
    expected: "The new connection is created first, and has exactly one token.",
    todo: NEW_PLAN,
  },
  "changes-more": {
    expected: "Everything except the token must match the server.",
    todo: "If it was changed on the server, make a new plan. If your configuration changes it, first apply that change without Repoint.",
  },
  "connection-twice": {
    expected: "A connection is created only once.",
    todo: "Check in TFE (Settings, Version Control, Providers) whether it exists, then make a new plan.",
  },
  "connection-differs": {
    expected: "The connection must be the expected one, with the token that this run was given.",
    todo: NEW_PLAN,
  },
  "project-not-expected": {
    expected: "The connection is attached only to the expected projects.",
    todo: NEW_PLAN,
  },
} as const satisfies Readonly<Record<string, Rule>>;
