import { unprocessable } from "../api/errors";
import type { Workspace } from "../state/records";

/**
 * Prefixes, patterns and a tag regex exclude each other: naming one anew clears the others, naming two is an error. A list clears
 * the other one even when it is empty (the provider's own tests count on it).
 *
 * @throws ApiError 422 for what cannot go together
 */
export function applyTriggers(workspace: Workspace, given: Readonly<Record<string, unknown>>, regex = ""): void {
  const { attributes, vcsRepo } = workspace;
  const filled = (name: string) => Array.isArray(given[name]) && given[name].length > 0;
  const named = [filled("trigger-prefixes"), filled("trigger-patterns"), regex !== ""].filter(Boolean).length;
  if (named > 1) {
    throw unprocessable(
      "Only one of trigger-prefixes, trigger-patterns and tags-regex can be set",
      "/data/attributes/trigger-patterns",
    );
  }
  if (regex !== "" && given["file-triggers-enabled"] === true) {
    throw unprocessable("Tags regex cannot be set with file triggers enabled", "/data/attributes/vcs-repo/tags-regex");
  }
  const lists = { prefixes: "trigger-prefixes" in given, patterns: "trigger-patterns" in given };
  if ((lists.prefixes && !lists.patterns) || regex !== "") attributes["trigger-patterns"] = [];
  if ((lists.patterns && !lists.prefixes) || regex !== "") attributes["trigger-prefixes"] = [];
  if (regex !== "") attributes["file-triggers-enabled"] = false;
  else if (vcsRepo !== null && vcsRepo["tags-regex"] != null && named > 0) vcsRepo["tags-regex"] = null;
  const patterns = attributes["trigger-patterns"];
  if (attributes["file-triggers-enabled"] === false && Array.isArray(patterns) && patterns.length > 0) {
    throw unprocessable(
      "'trigger_patterns' cannot be populated when 'file_triggers_enabled' is set to false.",
      "/data/attributes/trigger-patterns",
    );
  }
}
