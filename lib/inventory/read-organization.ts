import { ExternalError } from "../errors";
import { textSha256 } from "../files/sha256";
import { kinds, type ResourceKind, type ResourceReading } from "../kinds";
import { isWorkspace, workspace } from "../kinds/workspace";
import { listProjects, listResources, requireOrganization } from "../tfe/api";
import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import type { Resource } from "../tfe/resource";
import { readConnections } from "./read-connections";
import { readStackComponents } from "./read-stack-components";
import { requireKind } from "./require-kind";
import type { InventoryReading, ProjectRecord } from "./schema";

/** Told what is being read, and how far it is. */
export type OnProgress = (what: string, done: number, total: number) => void;

/** TFE's own count of workspaces on a connection, beside what was found. */
export interface CrossCheck {
  readonly connectionId: string;
  readonly found: number;
  readonly counted: number;
}

export interface OrganizationReading {
  readonly reading: InventoryReading;
  /** One for each connection whose affected workspaces TFE counts. */
  readonly crossChecks: readonly CrossCheck[];
  /** The webhook's address of each resource that has one, by id. It stays out of the inventory: who knows it can start runs. */
  readonly webhookUrls: ReadonlyMap<string, string>;
  /** Ids of resources of which TFE says that the token may not change them. */
  readonly readOnlyIds: ReadonlySet<string>;
  /** The server's name and version, such as `Terraform Enterprise 1.1.0`; undefined where it tells no version. */
  readonly server: string | undefined;
}

/**
 * Reads an organization: connections with their tokens, projects, and everything that can refer to a connection.
 *
 * @throws ExternalError when the organization, its connections or its workspaces cannot be read. A kind that the organization
 * is not entitled to is listed in `unavailableKinds` instead.
 */
export async function readOrganization(
  client: TfeClient,
  hostname: string,
  organization: string,
  onProgress: OnProgress = () => {},
): Promise<OrganizationReading> {
  const { server, tellsVersion } = await client.ping();
  await requireOrganization(client, organization);
  const connections = await readConnections(client, organization);
  const projectList = await listProjects(client, organization);
  requireKind(projectList?.data ?? [], "projects", "projects");
  const projects = projectList?.data.map(mapProject) ?? [];
  const resources: ResourceReading[] = [];
  const unavailableKinds: ResourceKind[] = [];
  const webhookUrls = new Map<string, string>();
  const readOnlyIds = new Set<string>();
  for (const { kind, type, words, read } of kinds) {
    const listed = await listResources(client, organization, type, (done, total) =>
      onProgress(`${words}s`, done, total),
    );
    if (listed === undefined) unavailableKinds.push(kind);
    else {
      requireKind(listed.data, type, type);
      for (const resource of listed.data) {
        const url = new Attributes(resource).object("vcs-repo")?.optional("webhook-url");
        if (url != null) webhookUrls.set(resource.id, url);
        if (isReadOnly(resource)) readOnlyIds.add(resource.id);
        resources.push(withWebhook(read(resource), url ?? null));
      }
    }
  }
  if (unavailableKinds.includes(workspace.kind)) {
    throw new ExternalError(`the workspaces of ${organization} cannot be listed`, {
      fix: "the token must be able to read every workspace of the organization: use a token of an owner or of the owners team",
    });
  }
  if (projectList === undefined && resources.some(({ projectId }) => projectId !== null)) {
    // Without their names, an organization file that selects by project would take nothing, and forget what it had taken.
    throw new ExternalError(`the projects of ${organization} cannot be listed, although workspaces are in them`, {
      fix: "the token must be able to read every project of the organization: use an owner's token",
    });
  }
  const reading: InventoryReading = {
    hostname,
    organization,
    unavailableKinds,
    server,
    projects: projects.sort((a, b) => compare(a.id, b.id)),
    connections: connections.sort((a, b) => compare(a.id, b.id)),
    resources,
    stackComponents: await readStackComponents(client, organization),
  };
  return {
    reading,
    crossChecks: crossCheck(reading),
    webhookUrls,
    readOnlyIds,
    server: tellsVersion ? server : undefined,
  };
}

/** Workspaces show what the token may do with them ("Workspaces API", `permissions`). What does not say so is not read-only. */
function isReadOnly({ attributes }: Resource): boolean {
  const { permissions } = attributes;
  return typeof permissions === "object" && permissions !== null && Object(permissions)["can-update"] === false;
}

function withWebhook(read: ResourceReading, url: string | null): ResourceReading {
  if (url === null || read.vcsRepo === null) return read;
  return { ...read, webhooks: [{ sha256: textSha256(url), oauthTokenId: read.vcsRepo.oauthTokenId }] };
}

function mapProject(resource: Resource): ProjectRecord {
  const a = new Attributes(resource);
  const autoDestroyActivityDuration = a.optional("auto-destroy-activity-duration");
  return {
    id: resource.id,
    name: a.required("name"),
    ...(autoDestroyActivityDuration ? { autoDestroyActivityDuration } : {}),
  };
}

function crossCheck(reading: InventoryReading): readonly CrossCheck[] {
  return reading.connections.flatMap(({ id, tokens, affectedWorkspacesCount }) => {
    if (affectedWorkspacesCount === null) return [];
    const own = new Set(tokens.map((token) => token.id));
    const found = reading.resources.filter(
      (one) => isWorkspace(one) && own.has(one.vcsRepo?.oauthTokenId ?? ""),
    ).length;
    return [{ connectionId: id, found, counted: affectedWorkspacesCount }];
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
