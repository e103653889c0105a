import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../lib/inventory/schema";
import type { VcsResource } from "../../lib/kinds";
import type { VcsRepo } from "../../lib/kinds/vcs-repo";
import { ownConnection, settings } from "../migration/fixtures";
import { organizationFileText } from "../organization-file";
import { OLD } from "../review/support";

const organizationFile = organizationFileText({
  waves: [{ name: "canary", names: ["app-0"] }, { name: "rest" }],
  terraform: { provider: "0.79.0" },
});

function workspace(index: number): VcsResource {
  const vcsRepo: VcsRepo = {
    identifier: `acme/app-${index}`,
    branch: index % 2 === 0 ? "" : "main",
    ingressSubmodules: false,
    oauthTokenId: OLD,
    githubAppInstallationId: null,
    tagsRegex: null,
  };
  return {
    kind: "workspace",
    id: `ws-${String(index).padStart(16, "0")}`,
    name: `app-${index}`,
    projectId: "prj-0000000000000001",
    baseline: { address: `app_${index}`, name: `app-${index}`, connectionId: "oc-OLD", vcsRepo },
    vcsRepo,
    adopted: true,
    gone: false,
    settings: {
      ...settings,
      description: index % 3 === 0 ? null : `Service ${index}`,
      autoApply: index % 2 === 0,
      inheritsProjectAutoDestroy: true,
      terraformVersion: "1.9.5",
      workingDirectory: index % 2 === 0 ? "" : "infra",
    },
  };
}

function resources(): VcsResource[] {
  const policies = { identifier: "acme/policies", branch: "main", ingressSubmodules: false, oauthTokenId: OLD };
  const net = { identifier: "acme/net", branch: "main", oauthTokenId: OLD };
  return [
    ...[0, 1, 2, 3].map(workspace),
    {
      kind: "policy-set",
      id: "polset-000000000001",
      name: "guard",
      projectId: null,
      baseline: { address: "guard", name: "guard", connectionId: "oc-OLD", vcsRepo: policies },
      vcsRepo: policies,
      adopted: true,
      gone: false,
      settings: {
        description: "",
        global: false,
        kind: "sentinel",
        overridable: null,
        agentEnabled: false,
        policyToolVersion: null,
        policiesPath: "",
        policyUpdatePatterns: [],
        workspaceIds: [],
        projectIds: [],
        workspaceExclusionIds: [],
      },
    },
    {
      kind: "stack",
      id: "st-000000000001",
      name: "net",
      projectId: "prj-0000000000000001",
      baseline: { address: "net", name: "net", connectionId: "oc-OLD", vcsRepo: net },
      vcsRepo: net,
      adopted: true,
      gone: false,
      settings: {
        description: "",
        agentPoolId: null,
        migration: false,
        speculativeEnabled: true,
        triggerPatterns: [],
        workingDirectory: "",
      },
    },
  ];
}

/** The organization file and inventory that the fixture `repoint` was planned for, in a project's folder. */
export function writeProject(root: string): void {
  const inventory: Inventory = {
    version: 3,
    hostname: "tfe.sandbox.test",
    organization: "acme",
    changedAt: "2026-01-01T00:00:00.000Z",
    unavailableKinds: [],
    modulesInPlace: null,
    pat: null,
    stackComponents: [],
    projects: [{ id: "prj-0000000000000001", name: "Platform" }],
    connections: [
      {
        id: "oc-OLD",
        name: "GitLab",
        serviceProvider: "gitlab_community_edition",
        httpUrl: "https://gitlab.example.com",
        apiUrl: "https://gitlab.example.com/api/v4",
        key: "application",
        organizationScoped: true,
        projectIds: [],
        agentPoolId: null,
        connectPath: null,
        createdAt: null,
        tokens: [{ id: OLD, serviceProviderUser: null, hasSshKey: false }],
        affectedWorkspacesCount: null,
        gone: false,
      },
    ],
    ownConnections: [ownConnection({ name: "gitlab-pat", id: null })],
    resources: resources(),
  };
  mkdirSync(join(root, "organizations"), { recursive: true });
  mkdirSync(join(root, "inventory"), { recursive: true });
  writeFileSync(join(root, "organizations", "acme.yaml"), organizationFile);
  writeFileSync(join(root, "inventory", "acme.json"), `${JSON.stringify(inventory, null, 2)}\n`);
}
