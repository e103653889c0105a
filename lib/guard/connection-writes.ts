import { textSha256 } from "../files/sha256";
import { relatedAll } from "../tfe/resource";
import { shown, shownId } from "../util/secret";
import type { Circumstances } from "./circumstances";
import { bases, type ExpectedConnection } from "./expectation";
import { type Document, readDocument, readDocuments } from "./read-document";
import type { RuleId } from "./rules";
import { type GuardRequest, type Ruling, refusal, type Subject } from "./ruling";
import { isBlank, member } from "./same-value";

const TYPE = "oauth-clients";
const PAT = "oauth-token-string";
const POOL = "agent-pool";

/**
 * The one POST of the new connection (HCP Terraform API, "Create an OAuth Client"): every attribute as it was reviewed, the token the
 * one that the run was given, and nothing else in it. What is sent is written anew from what was reviewed.
 */
export function decideNewConnection(request: GuardRequest, { expectation, known, patSha256 }: Circumstances): Ruling {
  const refuse = (rule: RuleId, why: string) => refusal(rule, request, why);
  const { connection } = expectation;
  const { says } = bases[expectation.basis];
  if (connection === null || connection.id !== null) return refuse("not-expected", `${says} creates no connection`);
  if (known.hasSentConnection) return refuse("connection-twice", "this run has already sent a new connection");
  const document = readDocument(request, TYPE);
  if (document.type === "wrong") return refuse(document.rule, document.why);
  const sent = document.value;
  if (sent.id !== undefined) return refuse("another-object", "a new connection has no id yet");
  const wrong = differences(sent, attributesOf(connection), connection.agentPoolId, patSha256);
  if (wrong.length > 0) return refuse("connection-differs", `it is not the expected connection: ${wrong.join("; ")}`);
  const attributes = { ...attributesOf(connection), [PAT]: sent.attributes[PAT] };
  const { agentPoolId } = connection;
  const pool =
    agentPoolId === null ? {} : { relationships: { [POOL]: { data: { type: "agent-pools", id: agentPoolId } } } };
  const subject: Subject = { kind: "connection", id: null, name: connection.name };
  return { type: "send", body: { data: { type: TYPE, attributes, ...pool } }, subject, what: "made" };
}

/**
 * A PATCH of the connection, which exchanges its token in place or changes its scope (the provider sends both with every update,
 * `resource_tfe_oauth_client.go`). The scope is left out where the server has it already; where the reviewed plan keeps it and the
 * server has another one by now, it is refused.
 */
export function decideConnection(
  request: GuardRequest,
  id: string,
  { expectation, known, patSha256, freshSince = 0 }: Circumstances,
): Ruling {
  const refuse = (rule: RuleId, why: string) => refusal(rule, request, why);
  const { connection } = expectation;
  const { says } = bases[expectation.basis];
  if (connection === null) return refuse("not-expected", `${says} changes no connection`);
  const document = readDocument(request, TYPE);
  if (document.type === "wrong") return refuse(document.rule, document.why);
  const sent = document.value;
  if (sent.id !== undefined && sent.id !== id)
    return refuse("another-object", `its body is about ${shownId(sent.id)}, not ${id}`);
  const named = Object.entries(attributesOf(connection)).filter(([name]) => sent.attributes[name] != null);
  // The provider sends the pool with the first request alone, whatever becomes of it (`resource_tfe_oauth_client.go`, Update).
  const pool = Object.hasOwn(sent.relationships, POOL) ? connection.agentPoolId : null;
  const wrong = differences(sent, Object.fromEntries(named), pool, patSha256);
  if (wrong.length > 0) return refuse("connection-differs", `it is not the expected connection: ${wrong.join("; ")}`);
  const path = `${TYPE}/${id}`;
  const subject: Subject = { kind: "connection", id, name: connection.name };
  const reading = known.reading({ id, path });
  if (reading === "gone") return { type: "leave", subject, reason: "it no longer exists" };
  if (reading === undefined || reading.at < freshSince)
    return { type: "read-first", kind: "connection", id, path, tags: false };
  const scope = "organization-scoped";
  const there = reading.resource.attributes[scope];
  const isSame = sent.attributes[scope] == null || there === sent.attributes[scope];
  if (!isSame && !connection.changesScope)
    return refuse("changes-more", `${scope} is ${shown(there ?? null)} on the server by now, and ${says} keeps it`);
  const attributes = { [PAT]: sent.attributes[PAT], ...(isSame ? {} : { [scope]: connection.organizationScoped }) };
  return { type: "send", body: { data: { type: TYPE, id, attributes } }, subject, what: "changed" };
}

/**
 * The projects of the connection (`tfe_project_oauth_client`, Create): only those that are expected, and only added. That resource has
 * no importer: what Terraform's state lacks it attaches again, and the guard answers that (204: HCP Terraform API, "Attach an OAuth
 * Client to Projects").
 */
export function decideProjects(
  request: GuardRequest,
  id: string,
  { expectation, known, freshSince = 0 }: Circumstances,
): Ruling {
  const refuse = (rule: RuleId, why: string) => refusal(rule, request, why);
  const { says } = bases[expectation.basis];
  const expected = expectation.projectLinks.flatMap(({ connectionId, projectId }) =>
    (connectionId ?? known.madeConnection) === id ? [projectId] : [],
  );
  if (expected.length === 0) return refuse("not-expected", `${says} attaches no project to ${shownId(id)}`);
  const documents = readDocuments(request, "projects");
  if (documents.type === "wrong") return refuse(documents.rule, documents.why);
  const ids = documents.value.map((document) => document.id ?? "");
  if (ids.length === 0) return refuse("project-not-expected", "it names no project");
  for (const [index, document] of documents.value.entries()) {
    const project = ids[index] ?? "";
    if (!expected.includes(project) || ids.indexOf(project) !== index)
      return refuse("project-not-expected", `${says} does not attach ${shownId(project)}`);
    // go-tfe sends a project with all of its attributes, empty.
    if (!isBlank(document.attributes) || !isBlank(document.relationships))
      return refuse("changes-more", `it contains more than the id of ${project}`);
  }
  const data = ids.map((project) => ({ type: "projects", id: project }));
  const name = `${expectation.connection?.name ?? id}, ${ids.join(", ")}`;
  const subject: Subject = { kind: "connection-project", id, name };
  const path = `${TYPE}/${id}`;
  const reading = known.reading({ id, path });
  if (reading === "gone") return { type: "leave", subject, reason: "the connection no longer exists" };
  if (reading === undefined || reading.at < freshSince)
    return { type: "read-first", kind: "connection", id, path, tags: false };
  const attached = relatedAll(reading.resource, "projects");
  if (ids.every((project) => attached.includes(project)))
    return { type: "answer", status: 204, body: undefined, subject };
  return { type: "send", body: { data }, subject, what: "attached" };
}

function attributesOf(connection: ExpectedConnection): Readonly<Record<string, unknown>> {
  return {
    name: connection.name,
    "service-provider": connection.serviceProvider,
    "http-url": connection.httpUrl,
    "api-url": connection.apiUrl,
    "organization-scoped": connection.organizationScoped,
  };
}

/** What of a connection is not as it was reviewed. Of anything but the expected attributes no value is told: it may be a secret. */
function differences(
  sent: Document,
  expected: Readonly<Record<string, unknown>>,
  agentPoolId: string | null,
  patSha256: string | undefined,
): readonly string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const given = member(sent.attributes, name);
    if (given !== value) found.push(`${name} is ${shown(given ?? null)}, but ${shown(value)} is expected`);
  }
  const pat = member(sent.attributes, PAT);
  if (patSha256 === undefined) found.push(`${PAT}: this run has no token to compare it with`);
  else if (typeof pat !== "string" || textSha256(pat) !== patSha256)
    found.push(`${PAT} is not the token that this run was given`);
  for (const [name, value] of Object.entries(sent.attributes)) {
    if (name !== PAT && !Object.hasOwn(expected, name) && !isBlank(value)) found.push(`${name} is not expected`);
  }
  for (const [name, value] of Object.entries(sent.relationships)) {
    if (name !== POOL && !isBlank(value)) found.push(`${name} is not expected`);
  }
  const pool = member(member(sent.relationships, POOL), "id") ?? null;
  if (pool !== agentPoolId) found.push(`${POOL} is ${shown(pool)}, but ${shown(agentPoolId)} is expected`);
  return found;
}
