/** Why the guard refuses a request. The ids are stable: they stand in errors, events and the journal. */
export type RuleId = keyof typeof rules;

/** One rule: what passes, and what to do about a refusal. Both are whole sentences. */
export interface Rule {
  readonly expected: string;
  readonly todo: string;
}

const NEW_PLAN = "Make a new plan, look at what it changes, and apply that.";
const REPORT =
  "Nothing was sent. Apply again; if it is refused again, report it with this text: Terraform's provider sends what Repoint does not know.";
const WHO = "Find out what sends this. Terraform's provider does not.";

/**
 * Every rule of the guard. A request that breaks one is answered 403 and not sent, and nothing that writes is sent after it.
 *
 * `stopped` is the one rule that follows from another.
 */
export const rules = {
  stopped: {
    expected: "After a refusal nothing that writes is sent.",
    todo: "See the first refusal.",
  },
  "plan-writes-nothing": {
    expected: "A plan changes nothing on the server, so no write passes.",
    todo: REPORT,
  },
  "method-override": {
    expected: "A request is what its method says.",
    todo: WHO,
  },
  "read-with-body": {
    expected: "A request that reads has no body.",
    todo: WHO,
  },
  method: {
    expected: "PATCH of what is re-pointed and POST of the new connection pass; nothing is ever deleted or replaced.",
    todo: NEW_PLAN,
  },
  "odd-path": {
    expected: "A path is written plainly: no query with a write, nothing encoded, no empty part, no `.` or `..`.",
    todo: WHO,
  },
  "another-organization": {
    expected: "Only the organization that the plan is for is changed.",
    todo: "Put what belongs to another organization into a configuration of its own.",
  },
  "not-expected": {
    expected: "Only what the reviewed plan changes is sent.",
    todo: NEW_PLAN,
  },
  "content-type": {
    expected: "A write is JSON:API (application/vnd.api+json), and not compressed.",
    todo: WHO,
  },
  "unreadable-body": {
    expected: "A write holds one JSON:API document that can be read in one way alone.",
    todo: WHO,
  },
  "another-object": {
    expected: "The body is about the object that the path names.",
    todo: WHO,
  },
  unlinks: {
    expected: "A VCS link is kept; only its token changes.",
    todo: NEW_PLAN,
  },
  "wrong-token": {
    expected: "The token is the one that was reviewed.",
    todo: NEW_PLAN,
  },
  "new-connection-unknown": {
    expected: "The new connection is made in this run, with exactly one token, before anything is re-pointed to it.",
    todo: NEW_PLAN,
  },
  "changes-more": {
    expected: "Only the token changes: everything else that is sent is as the server has it.",
    todo: NEW_PLAN,
  },
  "connection-twice": {
    expected: "One connection is made, once.",
    todo: "See in TFE (Settings, VCS Providers) whether it is there, then make a new plan.",
  },
  "connection-differs": {
    expected: "The connection is made, or changed, as it was reviewed and with the token that was given.",
    todo: NEW_PLAN,
  },
  "project-not-expected": {
    expected: "The new connection is attached to the projects that were reviewed.",
    todo: NEW_PLAN,
  },
} as const satisfies Readonly<Record<string, Rule>>;
