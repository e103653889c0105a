import { readStackComponent, type StackComponentRecord } from "../kinds/stack-component";
import type { TfeClient } from "../tfe/client";
import { readIfThere, readList } from "../tfe/json-api";

/**
 * Reads the Stack component configurations that have a VCS link (HCP Terraform API, "Stack component configurations"). A server
 * that has no such registry answers 404: there are none. The documented list shows no `vcs-repo`, so each is read by itself.
 *
 * @param base the organization's path
 */
export async function readStackComponents(client: TfeClient, base: string): Promise<readonly StackComponentRecord[]> {
  const listed = await readList(client, `${base}/registry-components`);
  const read = await Promise.all(
    (listed?.data ?? []).map((each) =>
      "vcs-repo" in each.attributes ? each : readIfThere(client, `registry-components/${encodeURIComponent(each.id)}`),
    ),
  );
  return read.flatMap((component) => (component === undefined ? [] : (readStackComponent(component) ?? [])));
}
