import type { Problem } from "../errors";
import type { VcsResource } from "../kinds";
import type { ConnectionFindings } from "./compare-connections";
import type { Decision, Decisions } from "./decide";
import { desiredConnection } from "./new-connection";

/**
 * Whether a new connection that is limited to projects is for everything that moves to it. TFE refuses what is in another project
 * ("not available to the project"). What a later wave moves is a warning: the scope can still be widened. Pure.
 */
export function coverageFindings({ organization, inventory, roles, decided }: Decisions): ConnectionFindings {
  const { connection, problems } = desiredConnection(organization, inventory);
  const projectIds = connection.type === "create" && connection.organizationScoped ? undefined : connection.projectIds;
  // A project that cannot be told is said already, and would be missed here again.
  if (projectIds === undefined || problems.length > 0) return { errors: [], warnings: [] };
  const names = new Map(inventory.projects.map(({ id, name }) => [id, name]));
  const groups = { now: new Map<string, VcsResource[]>(), later: new Map(), there: new Map() };
  const homeless: VcsResource[] = [];
  for (const { record, decision } of decided) {
    const when = movesWhen(decision);
    if (when === undefined) continue;
    const there = roles.newTokenIds.has(record.vcsRepo?.oauthTokenId ?? "");
    const { projectId } = record;
    if (projectId === null) {
      if (when === "now" && !there) homeless.push(record);
      continue;
    }
    if (projectIds.includes(projectId)) continue;
    const group: Map<string, VcsResource[]> = groups[there ? "there" : when];
    group.set(projectId, [...(group.get(projectId) ?? []), record]);
  }
  const project = (id: string) => (names.has(id) ? `"${names.get(id)}" (${id})` : id);
  const path = connection.type === "create" ? "connection.scope.projects" : "connection.existing";
  const widen = (id: string) =>
    connection.type === "create"
      ? `add ${project(id)} to connection.scope.projects`
      : `attach the project ${project(id)} to ${connection.id} in TFE`;
  const errors = [...groups.now].map(
    ([id, records]): Problem => ({
      rule: "plan/not-in-scope",
      file: organization.file,
      path,
      message: `${described(records)} of the project ${project(id)} cannot move: the new connection does not include that project, so TFE would refuse it`,
      fix: `${widen(id)}, or leave them out (select: exclude:)`,
    }),
  );
  const warnings = [
    ...[...groups.later].map(
      ([id, records]) =>
        `${described(records)} of the project ${project(id)}, in a later wave: the new connection does not include that project: ${widen(id)} before they move`,
    ),
    ...[...groups.there].map(
      ([id, records]) =>
        `${described(records)} of the project ${project(id)}: on the new connection, which no longer includes that project: ${widen(id)}`,
    ),
  ];
  if (homeless.length > 0) {
    warnings.push(
      `${described(homeless)} in no project: no documentation says whether a connection that is limited to projects accepts them: put one of them into the first wave`,
    );
  }
  return { errors, warnings };
}

function movesWhen(decision: Decision): "now" | "later" | undefined {
  switch (decision.type) {
    case "manage":
      return decision.token.type === "new" ? "now" : undefined;
    case "adopt-first":
      return "now";
    case "leave":
    case "forget":
      return decision.why === "later-wave" || decision.why === "deferred" ? "later" : undefined;
    default:
      return undefined;
  }
}

function described(records: readonly VcsResource[]): string {
  const [first] = records;
  const example = first === undefined ? "" : `${first.kind} ${first.name} (${first.id})`;
  return `${records.length} resource${records.length === 1 ? "" : "s"} (such as ${example})`;
}
