import { Command } from "commander";
import type { Io } from "../cli/io";
import { print, printJson } from "../cli/print";
import { count, table } from "../cli/table";
import { BY_FILE, findOwners, type Owners } from "../migration/owners";
import { quoted } from "../util/json-text";
import type { Text } from "../util/plain-text";
import { openContext, type ProjectOptions, ROOT_OPTION } from "./shared/context";
import { inventoryOf } from "./shared/review-expectation";

/** `repoint owners ORG`: print what to send those whose own Terraform manages resources of the old connection. Asks no server. */
export function ownersCommand(io: Io): Command {
  return new Command("owners")
    .description(
      "print what to send those whose own Terraform manages resources of the old connection; contacts no server",
    )
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--json", "print one JSON object")
    .action((name: string, options: ProjectOptions & { json?: boolean }) => {
      const context = openContext(io, name, options);
      const owners = findOwners(context.organization, inventoryOf(context));
      if (options.json === true) printJson(io.stdout, { version: 1, ...owners });
      else print(io.stdout, ...told(owners));
    });
}

function told({ groups, madeOverApi, oldTokenIds, newConnectionId, newTokenId }: Owners): readonly Text[] {
  const lines: Text[] = [];
  if (groups.length === 0) {
    lines.push(
      "No resource of the old connection shows a sign of another configuration. A configuration without a source name leaves no sign: ask its owners.",
    );
  }
  for (const { owner, certainty, resources } of groups) {
    const source = owner === BY_FILE ? "Managed elsewhere, by the organization file" : `Source ${quoted(owner)}`;
    lines.push(`${source}: ${count(resources.length, "resource")}`);
    if (certainty === "suspected")
      lines.push("If another configuration sets their VCS link, add a matcher to managedElsewhere.");
    lines.push("");
    lines.push(
      ...table(
        ["repository", "kind", "resource", "id"],
        [...resources]
          .sort((a, b) => (a.repository < b.repository ? -1 : a.repository > b.repository ? 1 : 0))
          .map(({ repository, kind, name, id }) => [repository, kind, name, id]),
      ),
      "",
    );
  }
  if (madeOverApi.length > 0) {
    lines.push(
      `${count(madeOverApi.length, "workspace")} more ${madeOverApi.length === 1 ? "was" : "were"} made over the API by something that did not name itself, as Terraform configurations do: ask who made them (--json has their ids).`,
      "",
    );
  }
  if (newConnectionId === null || newTokenId === null) {
    lines.push("The new connection does not exist yet; apply the first wave (it may be empty), then run this again.");
    return lines;
  }
  lines.push(
    "For their configurations:",
    "",
    'data "tfe_oauth_client" "gitlab_pat" {',
    `  oauth_client_id = "${newConnectionId}"`,
    "}",
    "",
    "# and in each vcs_repo block:",
    "#   oauth_token_id = data.tfe_oauth_client.gitlab_pat.oauth_token_id",
    "",
    "Where the old token's id is written as text, this changes it:",
    "",
    ...oldTokenIds.map(
      (id) => `  grep -rlF ${id} --include='*.tf' --include='*.tfvars' . | xargs sed -i 's/${id}/${newTokenId}/g'`,
    ),
    "",
    "Their next plan must show oauth_token_id changing in place and nothing else: terraform show -json PLAN | repoint review --plan -",
  );
  return lines;
}
