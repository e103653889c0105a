import { hookHealth, type Needed, remarks } from "../../lib/gitlab/hook-health";

const hook = { id: 1, url: "https://tfe.example.com/webhooks/vcs/1", push_events: true, tag_push_events: true };
const push = (branch: string | null): Needed => ({ type: "push", branch });

it.each<[string, object, Needed, string]>([
  ["as TFE makes it", {}, push("main"), "fine"],
  ["of a GitLab that tells nothing of its health", { push_events: undefined }, push("main"), "fine"],
  ["that is executable", { alert_status: "executable", disabled_until: null }, push("main"), "fine"],
  ["that is disabled", { alert_status: "disabled" }, push("main"), "broken: is disabled because deliveries failed"],
  [
    "that is disabled for a while",
    { alert_status: "temporarily_disabled", disabled_until: "2026-11-27T16:00:00.000Z" },
    push("main"),
    "broken: is disabled until 2026-11-27T16:00:00.000Z because deliveries failed",
  ],
  [
    "that is disabled for a while that has passed",
    { alert_status: "temporarily_disabled", disabled_until: "2026-11-27T13:00:00.000+01:00" },
    push("main"),
    "broken: is disabled until 2026-11-27T12:00:00.000Z (which has passed, but GitLab still shows it as disabled) because deliveries failed",
  ],
  [
    "that is disabled for a while of which nothing can be read",
    { alert_status: "temporarily_disabled", disabled_until: "soon" },
    push("main"),
    "broken: is disabled because deliveries failed",
  ],
  ["that was disabled for a while", { disabled_until: "2026-11-27T11:59:59Z" }, push("main"), "fine"],
  [
    "of a GitLab that tells only until when it is disabled",
    { disabled_until: "2026-11-27T16:00:00Z" },
    { type: "tag" },
    "broken: is disabled until 2026-11-27T16:00:00.000Z because deliveries failed",
  ],
  [
    "that GitLab would try, whatever it was disabled until",
    { alert_status: "executable", disabled_until: "2026-11-27T16:00:00Z" },
    push("main"),
    "fine",
  ],
  [
    "that is disabled, for tags",
    { alert_status: "disabled" },
    { type: "tag" },
    "broken: is disabled because deliveries failed",
  ],
  [
    "of a status of tomorrow",
    { alert_status: "asleep" },
    push("main"),
    'unknown: has the undocumented alert status "asleep"',
  ],
  ["without push events", { push_events: false }, push("main"), "broken: does not send push events"],
  ["without push events, for tags", { push_events: false }, { type: "tag" }, "fine"],
  [
    "without tag events, for tags",
    { tag_push_events: false },
    { type: "tag" },
    "broken: does not send tag push events",
  ],
  ["without tag events, for pushes", { tag_push_events: false }, push("main"), "fine"],
  ["that filters this branch", { push_events_branch_filter: "release/*" }, push("release/2/x"), "fine"],
  [
    "that filters it away",
    { push_events_branch_filter: "release/*" },
    push("main"),
    'broken: sends push events only for "release/*", not for main',
  ],
  ["that filters by wildcards", { push_events_branch_filter: "*-stable-*" }, push("15-stable-ee"), "fine"],
  [
    "that filters another case",
    { push_events_branch_filter: "Main" },
    push("main"),
    'broken: sends push events only for "Main", not for main',
  ],
  [
    "whose wildcards overlap",
    { push_events_branch_filter: "ab*ba" },
    push("aba"),
    'broken: sends push events only for "ab*ba", not for aba',
  ],
  [
    "whose filter does not count",
    { push_events_branch_filter: "x", branch_filter_strategy: "all_branches" },
    push("main"),
    "fine",
  ],
  [
    "that filters by a regular expression",
    { push_events_branch_filter: "^m", branch_filter_strategy: "regex" },
    push("main"),
    'unknown: sends events only for branches that match "^m": check that this covers main',
  ],
  [
    "that filters, of a branch that is not known",
    { push_events_branch_filter: "main" },
    push(null),
    'unknown: sends events only for branches that match "main": check that this covers the branch, which is not known',
  ],
  ["that filters branches, for tags", { push_events_branch_filter: "main" }, { type: "tag" }, "fine"],
])("judges a webhook %s", (_, changes, needed, verdict) => {
  const health = hookHealth({ ...hook, ...changes }, needed, Date.parse("2026-11-27T12:00:00Z"));
  expect(health.type === "fine" ? "fine" : `${health.type}: ${health.reason}`).toBe(verdict);
});

it("remarks on what does not keep pushes from starting runs", () => {
  const off = { ...hook, merge_requests_events: false, enable_ssl_verification: false };
  expect(remarks(off, true)).toEqual([
    "does not send merge request events, so merge requests start no speculative plans",
    "does not check TFE's certificate",
  ]);
  expect(remarks(off, false)).toEqual(["does not check TFE's certificate"]);
  expect(remarks(hook, true)).toEqual([]);
});
