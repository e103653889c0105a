import type { VcsResource } from "../kinds";
import { differences } from "../migration/differences";

/**
 * What differs between a resource as a plan was made from it and as it is now, each such as `branch: "" → "main"`. To send what
 * was planned would set that back. Pure.
 */
export function changesSince(before: VcsResource, after: VcsResource): readonly string[] {
  if (after.gone) return ["it no longer exists"];
  if (before.vcsRepo !== null && after.vcsRepo === null) return ["its VCS link was removed"];
  if (before.vcsRepo === null && after.vcsRepo !== null) return ["it has a VCS link again"];
  const [was, is] = [before.vcsRepo?.oauthTokenId ?? null, after.vcsRepo?.oauthTokenId ?? null];
  const { found } = differences(after, before);
  return was === is ? found : [`its token: ${was ?? "none"} → ${is ?? "none"}`, ...found];
}
