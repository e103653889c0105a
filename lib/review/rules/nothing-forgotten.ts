import type { ForgottenConnection } from "../../migration/migration-plan";
import { textMember } from "../json";
import type { Resource } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Terraform lets go only of what the organization file forgets. */
export const nothingForgotten: Rule = {
  id: "nothing-forgotten",
  severity: "error",
  explanation:
    "Terraform forgets only the resources that the organization file forgets, and connections and project links that it no longer lists.",
  remedy: "forget it through the organization file (`forget`, or a narrower `select`), or delete its `removed` block",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    for (const resource of resources) {
      const { address, action, entry } = resource;
      if (action !== "forget") continue;
      const forgottenConnections = expectation?.forgottenConnections.get(address);
      if (forgottenConnections !== undefined) {
        yield* anotherConnection(resource, forgottenConnections);
        continue;
      }
      const forgotten = expectation?.forgotten.get(address);
      if (forgotten === undefined) {
        const why =
          expectation === undefined
            ? "there is no organization file that allows it"
            : "the organization file does not forget it";
        yield { address, message: `Terraform would forget it; ${why}` };
        continue;
      }
      const id = textMember(entry.change.before, "id");
      if (id !== forgotten.id) {
        yield {
          address,
          message: `Terraform would forget ${id ?? "an object without an id"} at this address; the organization file forgets ${forgotten.id} (${forgotten.name})`,
        };
      }
    }
  },
};

/** What stands at the address is the connection, or a link of it to the project, that was recorded there. */
function* anotherConnection(
  { address, entry }: Resource,
  forgottenConnections: ForgottenConnection,
): Iterable<RuleFinding> {
  const { before } = entry.change;
  const link = forgottenConnections.type === "tfe_project_oauth_client";
  const id = textMember(before, link ? "oauth_client_id" : "id");
  const project = link ? textMember(before, "project_id") : undefined;
  if (
    (forgottenConnections.id === null || id === forgottenConnections.id) &&
    (!link || project === forgottenConnections.projectId)
  )
    return;
  const found = [id ?? "an object without an id", ...(project === undefined ? [] : [project])].join(" and ");
  const known = [forgottenConnections.id ?? "a connection", ...(link ? [forgottenConnections.projectId] : [])].join(
    " and ",
  );
  yield {
    address,
    message: `Terraform would forget ${found} at this address; the inventory recorded ${known} (${forgottenConnections.name})`,
  };
}
