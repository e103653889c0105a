import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";

/**
 * What a re-pointing by Terraform takes from a workspace's auto-destroy settings, in words; undefined when it takes nothing.
 *
 * The provider sends `"auto-destroy-at": null` with every update of a workspace whose configuration has no time
 * (`resource_tfe_workspace.go`, `hasAutoDestroyAtChange`), and no configuration prevents it: a time and a duration exclude each
 * other. The server then forgets the workspace's own duration and gives the setting back to the project (the provider's
 * acceptance tests `updateWithAutoDestroyDuration` and `updateWithAutoDestroyDurationInProject`). Whether it also ends a
 * workspace's exception from its project's duration is not documented; resources would be destroyed if it did. Pure.
 */
export function autoDestroyLoss(record: VcsResource, projects: Inventory["projects"]): string | undefined {
  const { settings } = record;
  if (!("autoDestroyAt" in settings)) return undefined;
  const { autoDestroyActivityDuration: own, autoDestroyAt, inheritsProjectAutoDestroy } = settings;
  // A time stands in the configuration, and the null is not sent.
  if (inheritsProjectAutoDestroy || autoDestroyAt) return undefined;
  if (own) return `its auto-destroy duration of ${own}`;
  const ofProject = projects.find(({ id }) => id === record.projectId)?.autoDestroyActivityDuration;
  return ofProject ? `its exception from its project's auto-destroy duration of ${ofProject}` : undefined;
}
