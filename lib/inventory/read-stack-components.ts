import { type StackComponentRecord, stackComponent } from "../kinds/stack-component";
import { listStackComponents, readStackComponent } from "../tfe/api";
import type { TfeClient } from "../tfe/client";

/**
 * Reads the Stack component configurations that have a VCS link (HCP Terraform API, "Stack component configurations"). A server
 * that has no such registry answers 404: there are none. The documented list shows no `vcs-repo`, so each is read by itself.
 */
export async function readStackComponents(
  client: TfeClient,
  organization: string,
): Promise<readonly StackComponentRecord[]> {
  const listed = await listStackComponents(client, organization);
  const read = await Promise.all(
    (listed?.data ?? []).map((each) => ("vcs-repo" in each.attributes ? each : readStackComponent(client, each.id))),
  );
  return read.flatMap((component) => (component === undefined ? [] : (stackComponent(component) ?? [])));
}
