import type { DesiredConnection } from "../../migration/migration-plan";
import { impossibleCombinations } from "../../util/gitlab-address";
import { quoted } from "../../util/json-text";
import type { ReviewExpectation } from "../expectation";
import { type Json, member, textMember } from "../json";
import { lastValues, type Resource } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** One new connection is made, as the organization file says, and never renamed. */
export const connectionKept: Rule = {
  id: "connection-kept",
  severity: "error",
  explanation:
    "At most one connection is created, as in the organization file; an existing one changes only its token.",
  remedy:
    "restore the connection's name and addresses: every change but the token forces a replacement, which unlinks workspaces",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    // What is destroyed or forgotten is judged by rules of their own.
    const connections = resources.filter(
      ({ kind, action }) => kind === "connection" && action !== "delete" && action !== "forget",
    );
    const created = connections.filter(({ action }) => action === "create");
    for (const { address } of created.slice(1)) yield { address, message: "a second connection would be created" };
    for (const resource of created) yield* byToken(resource);
    for (const resource of connections) {
      if (resource.action === "update") yield* changes(resource, expectation);
    }
    if (expectation === undefined) return;
    yield* asWanted(connections, created, expectation);
    yield* projects(resources, expectation.connection);
  },
};

/** A connection that is made is one to GitLab, by a personal access token and not by an OAuth application. */
function* byToken({ address, entry, differences }: Resource): Iterable<RuleFinding> {
  const { after } = entry.change;
  const provider = textMember(after, "service_provider") ?? "";
  if (!/^gitlab_/.test(provider) && !differences.some(({ path, unknown }) => path === "service_provider" && unknown)) {
    yield { address, message: `its service_provider is ${quoted(provider)}, not a GitLab provider` };
  }
  for (const attribute of ["http_url", "api_url"]) {
    const url = member(after, attribute) ?? null;
    if (differences.some(({ path, unknown }) => path === attribute && unknown)) continue;
    if (typeof url !== "string" || !/^https?:\/\/\S+$/i.test(url)) {
      yield { address, message: `its ${attribute} is ${quoted(url)}, not the address of a GitLab` };
    }
  }
  const [http, api] = [textMember(after, "http_url"), textMember(after, "api_url")];
  if (http !== undefined) {
    for (const { message, fix } of impossibleCombinations(provider, http, api)) {
      yield { address, message, remedy: fix };
    }
  }
  const isUnknown = differences.some(({ path, unknown }) => path === "oauth_token" && unknown);
  if ((textMember(after, "oauth_token") ?? "") === "" && !isUnknown) {
    yield { address, message: "it would be created without a token", remedy: "give the personal access token" };
  }
  for (const attribute of ["key", "secret", "private_key", "rsa_public_key"]) {
    if ((member(after, attribute) ?? null) !== null) {
      yield { address, message: `it has a ${attribute}: it would use an OAuth application, not a token` };
    }
  }
}

function* changes(
  { address, differences }: Resource,
  expectation: ReviewExpectation | undefined,
): Iterable<RuleFinding> {
  if (differences.length === 0) yield { address, message: "it would be updated, although no attribute differs" };
  for (const { path, unknown, after } of differences) {
    if (unknown) continue;
    if (path === "oauth_token") {
      yield {
        severity: "info",
        address,
        message: "its personal access token is replaced in place; its token id stays",
        remedy: "apply and verify before you revoke the token that it replaces",
      };
    } else if (path === "organization_scoped" && isWanted(after, expectation)) {
      yield {
        severity: "warning",
        address,
        message: `its scope changes: organization_scoped = ${quoted(after)}`,
      };
    } else {
      yield { address, message: `the connection would change in ${path}` };
    }
  }
}

function isWanted(scoped: Json | undefined, expectation: ReviewExpectation | undefined): boolean {
  return expectation?.connection.type === "create" && expectation.connection.organizationScoped === scoped;
}

function* asWanted(
  connections: readonly Resource[],
  created: readonly Resource[],
  expectation: ReviewExpectation,
): Iterable<RuleFinding> {
  const { connection, newConnectionId } = expectation;
  if (connection.type === "existing") {
    for (const { address } of connections) {
      yield {
        address,
        message: `the organization file refers to the existing connection ${connection.id} and manages no connection`,
      };
    }
    return;
  }
  if (connections.length === 0) {
    yield { message: `the plan contains no connection; the organization file has "${connection.name}"` };
  }
  for (const resource of connections) {
    const { address } = resource;
    const values = lastValues(resource);
    for (const [attribute, expected] of [
      ["name", connection.name],
      ["organization", expectation.organization],
      ["service_provider", connection.serviceProvider],
      ["http_url", connection.httpUrl],
      ["api_url", connection.apiUrl],
      ["organization_scoped", connection.organizationScoped],
    ] as const) {
      const found = member(values, attribute);
      if (found !== expected) {
        yield {
          address,
          message: `its ${attribute} is ${quoted(found ?? null)}; the organization file has ${quoted(expected)}`,
        };
      }
    }
    const pool = textMember(values, "agent_pool_id");
    if (connection.agentPoolId !== undefined && pool !== connection.agentPoolId) {
      yield {
        address,
        message: `its agent_pool_id is ${pool ?? "not set"}; the organization file has ${connection.agentPoolId}`,
      };
    }
  }
  for (const { address } of created) {
    if (newConnectionId !== null) {
      yield {
        address,
        message: `it would be created, but the inventory already has it: ${newConnectionId}`,
        remedy: `if the state is lost, refer to it in the organization file: connection.existing: ${newConnectionId}`,
      };
    }
  }
}

/** A connection that is not for the whole organization is for the projects of the organization file. */
function* projects(resources: readonly Resource[], connection: DesiredConnection): Iterable<RuleFinding> {
  const wanted = new Set(connection.type === "existing" ? connection.links : connection.projectIds);
  const found = new Set<string>();
  for (const resource of resources) {
    if (resource.kind !== "connection-project" || resource.action === "delete" || resource.action === "forget")
      continue;
    const project = textMember(lastValues(resource), "project_id");
    if (resource.action === "update") {
      yield { address: resource.address, message: "a link between connection and project would change" };
    }
    if (project === undefined || !wanted.has(project)) {
      yield {
        address: resource.address,
        message: `it attaches the connection to ${project ?? "a project not known yet"}, but the organization file does not`,
      };
    } else found.add(project);
  }
  for (const project of wanted) {
    if (!found.has(project)) yield { message: `the plan does not attach the connection to project ${project}` };
  }
}
