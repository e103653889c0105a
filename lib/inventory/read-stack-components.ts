import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import { readIfThere, readList } from "../tfe/json-api";
import { componentRepo } from "./map-resources";
import type { StackComponentRecord } from "./schema";

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
  return read.flatMap((component) => {
    if (component === undefined) return [];
    const a = new Attributes(component);
    const vcsRepo = componentRepo(a.object("vcs-repo"));
    return vcsRepo === null ? [] : [{ id: component.id, name: a.required("name"), vcsRepo }];
  });
}
