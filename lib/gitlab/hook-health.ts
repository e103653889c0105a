import { quoted } from "../util/json-text";
import type { Hook } from "./api";

/** What a webhook must tell of so that the right runs start. */
export type Needed =
  /** Pushes to a branch; null where it is not known which. */
  { readonly type: "push"; readonly branch: string | null } | { readonly type: "tag" };

/** How one webhook stands. */
export type HookHealth =
  | { readonly type: "fine" }
  /** Pushes start no runs. */
  | { readonly type: "broken"; readonly reason: string; readonly todo: string }
  | { readonly type: "unknown"; readonly reason: string };

const TEST =
  "in GitLab, open the project's Settings > Webhooks > Edit > Recent events to see why deliveries failed; then choose Test > Push events: a successful delivery enables it again";

/**
 * Judges a webhook by what GitLab says of it ("Project webhooks API"; "Webhooks", "Auto-disabled webhooks").
 *
 * @param now milliseconds since 1970
 */
export function hookHealth(hook: Hook, needed: Needed, now: number = Date.now()): HookHealth {
  const until = Date.parse(hook.disabled_until ?? "");
  const shown = Number.isNaN(until)
    ? ""
    : ` until ${new Date(until).toISOString()}${until > now ? "" : " (which has passed, but GitLab still shows it as disabled)"}`;
  switch (hook.alert_status) {
    case "disabled":
      return { type: "broken", reason: "is disabled because deliveries failed", todo: TEST };
    case "temporarily_disabled":
      return { type: "broken", reason: `is disabled${shown} because deliveries failed`, todo: TEST };
    case null:
    case undefined:
      if (until > now) return { type: "broken", reason: `is disabled${shown} because deliveries failed`, todo: TEST };
      break;
    case "executable":
      break;
    default:
      return {
        type: "unknown",
        reason: `has the undocumented alert status ${quoted(hook.alert_status)}`,
      };
  }
  if (needed.type === "tag") {
    return hook.tag_push_events === false
      ? { type: "broken", reason: "does not send tag push events", todo: "turn on Tag push events for it in GitLab" }
      : { type: "fine" };
  }
  if (hook.push_events === false)
    return { type: "broken", reason: "does not send push events", todo: "turn on Push events for it in GitLab" };
  return throughFilter(hook, needed.branch);
}

/** What is worth knowing of a webhook that works. @param mergeRequests whether merge requests are to start plans */
export function remarks(hook: Hook, mergeRequests: boolean): readonly string[] {
  return [
    ...(mergeRequests && hook.merge_requests_events === false
      ? ["does not send merge request events, so merge requests start no speculative plans"]
      : []),
    ...(hook.enable_ssl_verification === false ? ["does not check TFE's certificate"] : []),
  ];
}

function throughFilter(hook: Hook, branch: string | null): HookHealth {
  const filter = hook.push_events_branch_filter ?? "";
  const strategy = hook.branch_filter_strategy ?? "wildcard";
  if (filter === "" || strategy === "all_branches") return { type: "fine" };
  if (strategy !== "wildcard" || branch === null) {
    const which = branch === null ? "the branch, which is not known" : branch;
    return {
      type: "unknown",
      reason: `sends events only for branches that match ${quoted(filter)}: check that this covers ${which}`,
    };
  }
  if (matches(filter, branch)) return { type: "fine" };
  return {
    type: "broken",
    reason: `sends push events only for ${quoted(filter)}, not for ${branch}`,
    todo: "choose All branches under Push events for it in GitLab, or a filter that covers the branch",
  };
}

/** GitLab's wildcard, where `*` stands for any text, slashes too. */
function matches(pattern: string, branch: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return branch === pattern;
  if (!branch.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = branch.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return branch.length - last.length >= at && branch.endsWith(last);
}
