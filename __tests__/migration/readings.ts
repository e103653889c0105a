import fc from "fast-check";
import type { Inventory, InventoryReading } from "../../lib/inventory/schema";
import { type ResourceReading, resourceKinds, type VcsResource } from "../../lib/kinds";
import { connection, inventory, NEW, OLD, OTHER, settings, vcsRepo, workspace } from "./fixtures";

/** What a reading would have found of a record: everything that is not recorded for good. */
export function asRead(record: VcsResource): ResourceReading {
  const { baseline: _, adopted: __, gone: ___, lastVcsRepo: ____, ...read } = record;
  return read;
}

export const SERVER = "Terraform Enterprise 1.1.0";

/** A reading of an organization that holds just these. */
export function reading(
  resources: readonly ResourceReading[],
  changes: Partial<InventoryReading> = {},
): InventoryReading {
  const { projects, connections } = inventory([]);
  return {
    hostname: "app.terraform.io",
    organization: "acme",
    unavailableKinds: [],
    server: SERVER,
    projects,
    connections: connections.map(({ gone: _, ...found }) => found),
    resources,
    stackComponents: [],
    ...changes,
  };
}

/** A reading of the organization as an inventory last saw it. */
export function rereading(found: Inventory): InventoryReading {
  return reading(found.resources.filter(({ gone }) => !gone).map(asRead), {
    unavailableKinds: found.unavailableKinds,
    server: found.modulesInPlace?.server ?? SERVER,
    stackComponents: found.stackComponents,
    projects: found.projects,
    connections: found.connections.filter(({ gone }) => !gone).map(({ gone: _, ...rest }) => rest),
  });
}

/** A resource of each kind, made from a number and a link. */
export function resource(
  kind: VcsResource["kind"],
  number: number,
  link: ResourceReading["vcsRepo"],
  name = `${kind}-${number}`,
): ResourceReading {
  switch (kind) {
    case "workspace":
      return { ...asRead(workspace(number, { name })), kind, vcsRepo: link, settings };
    case "policy-set":
      return {
        kind,
        id: `polset-${number}`,
        name,
        projectId: null,
        vcsRepo: link,
        settings: {
          description: null,
          global: false,
          kind: "sentinel",
          overridable: null,
          agentEnabled: false,
          policyToolVersion: null,
          policiesPath: null,
          policyUpdatePatterns: [],
          workspaceIds: [],
          projectIds: [],
          workspaceExclusionIds: [],
        },
      };
    case "registry-module":
      return {
        kind,
        id: `mod-${number}`,
        name,
        projectId: null,
        vcsRepo: link,
        settings: {
          registryName: "private",
          namespace: "acme",
          provider: "aws",
          noCode: false,
          publishingMechanism: "git_tag",
          testsEnabled: null,
          agentExecutionMode: null,
          agentPoolId: null,
        },
      };
    case "stack":
      return {
        kind,
        id: `st-${number}`,
        name,
        projectId: "prj-0000000000000001",
        vcsRepo: link,
        settings: {
          description: null,
          agentPoolId: null,
          migration: null,
          speculativeEnabled: null,
          triggerPatterns: null,
          workingDirectory: null,
        },
      };
  }
}

const link = fc.oneof(
  fc.constant(null),
  fc.record({
    token: fc.constantFrom(OLD.token, NEW.token, OTHER.token, "ot-unknown", null),
    branch: fc.constantFrom("", "main", "develop"),
  }),
);

/** Readings of one small organization, each as if anything had happened since the one before. */
export const readings: fc.Arbitrary<InventoryReading> = fc
  .record({
    present: fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 3 }),
        kind: fc.constantFrom(...resourceKinds),
        name: fc.constantFrom(undefined, "renamed", "2 – renamed/again"),
        link,
      }),
      { selector: ({ kind, number }) => `${kind} ${number}`, maxLength: 12 },
    ),
    unavailableKinds: fc.subarray(["policy-set", "registry-module", "stack"] as const),
    connections: fc.subarray([connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab"), connection(OTHER, "Other")]),
    server: fc.constantFrom(SERVER, "Terraform Enterprise 1.2.0"),
  })
  .map(({ present, connections, unavailableKinds, server }) =>
    reading(
      present
        .filter(({ kind }) => !unavailableKinds.some((unavailable) => unavailable === kind))
        .map(({ kind, number, name, link: found }) =>
          resource(kind, number, found === null ? null : vcsRepo(found.token, { branch: found.branch }), name),
        ),
      { unavailableKinds, server, connections: connections.map(({ gone: _, ...rest }) => rest) },
    ),
  );
