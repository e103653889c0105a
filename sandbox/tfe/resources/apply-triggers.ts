import { unprocessable } from "../api/errors";
import type { Workspace } from "../state/records";

/** Prefixes, patterns and a tag regex exclude each other: naming one anew clears the others, naming two is an error. */
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
  if (filled("trigger-prefixes") || regex !== "") attributes["trigger-patterns"] = [];
  if (filled("trigger-patterns") || regex !== "") attributes["trigger-prefixes"] = [];
  if (regex !== "") attributes["file-triggers-enabled"] = false;
  else if (vcsRepo !== null && vcsRepo["tags-regex"] != null && named > 0) vcsRepo["tags-regex"] = null;
}
