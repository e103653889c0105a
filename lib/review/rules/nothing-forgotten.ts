import type { ForgottenConnection } from "../../migration/migration-plan";
import { textMember } from "../json";
import type { Resource } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Terraform lets go only of what the wish releases. */
export const nothingForgotten: Rule = {
  id: "nothing-forgotten",
  severity: "error",
  explanation:
    "Terraform forgets nothing but the attachments that the wish releases, and connections and links to projects that it no longer names.",
  remedy: "release it through the wish (`release`, or a narrower `select`), or take its `removed` block out",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    for (const resource of resources) {
      const { address, action, entry } = resource;
      if (action !== "forget") continue;
      const forgotten = expectation?.forgotten.get(address);
      if (forgotten !== undefined) {
        yield* anotherConnection(resource, forgotten);
        continue;
      }
      const released = expectation?.released.get(address);
      if (released === undefined) {
        const why =
          expectation === undefined ? "no wish is there to say that it may be" : "the wish does not release it";
        yield { address, message: `Terraform would forget it; ${why}` };
        continue;
      }
      const id = textMember(entry.change.before, "id");
      if (id !== released.id) {
        yield {
          address,
          message: `Terraform would forget ${id ?? "an object without an id"} here; the wish releases ${released.id} (${released.name})`,
        };
      }
    }
  },
};

/** What stands at the address is the connection, or a link of it to the project, that was recorded there. */
function* anotherConnection({ address, entry }: Resource, forgotten: ForgottenConnection): Iterable<RuleFinding> {
  const { before } = entry.change;
  const link = forgotten.type === "tfe_project_oauth_client";
  const id = textMember(before, link ? "oauth_client_id" : "id");
  const project = link ? textMember(before, "project_id") : undefined;
  if ((forgotten.id === null || id === forgotten.id) && (!link || project === forgotten.projectId)) return;
  const found = [id ?? "an object without an id", ...(project === undefined ? [] : [project])].join(" and ");
  const known = [forgotten.id ?? "a connection", ...(link ? [forgotten.projectId] : [])].join(" and ");
  yield {
    address,
    message: `Terraform would forget ${found} here; the inventory recorded ${known} (${forgotten.name})`,
  };
}
