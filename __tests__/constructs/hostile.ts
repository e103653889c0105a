import fc from "fast-check";
import type { DesiredResource, MigrationPlan } from "../../lib/migration/migration-plan";
import { settings } from "../migration/fixtures";

const pieces = [
  ...'$ % { } " \\ # / é 😀'.split(" "),
  ...[
    "${",
    "%{",
    "$${",
    "%%{",
    "\n",
    "\r\n",
    "\t",
    "re \\d+",
    "e\u0301",
    "\u2028",
    "\u0000",
    "\u007f",
    "EOT",
    "${TfToken[TOKEN.0]}",
    "#{TfToken[TOKEN.1]}",
    "//",
    " ",
  ],
];

/** Strings as a server may hold them, and worse. */
export const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join("")),
);

/** A plan of all kinds, with two strings wherever a server's own strings go. */
export function planOf(text: string, more: string): MigrationPlan {
  return {
    hostname: "tfe.example.com",
    organization: text,
    providerVersion: "~> 0.80.0",
    connection: {
      type: "create",
      address: "gitlab_pat",
      name: more,
      serviceProvider: "gitlab_enterprise_edition",
      httpUrl: text,
      apiUrl: more,
      organizationScoped: false,
      projectIds: ["prj-1", "prj-2"],
      agentPoolId: more,
      tokenVariable: "gitlab_pat",
    },
    managed: resources(text, more),
    forgotten: [{ kind: "stack", id: "st-9", address: "gone", name: text, reason: more }],
    forgottenConnections: [
      {
        type: "tfe_project_oauth_client",
        address: "gitlab_pat_prj_9",
        name: text,
        id: more,
        projectId: "prj-9",
        reason: more,
      },
    ],
    left: [],
    moves: [],
    problems: [],
  };
}

function resources(text: string, more: string): readonly DesiredResource[] {
  const common = {
    name: text,
    origin: { projectName: more, wave: text, connection: more },
    token: { type: "new" },
    reconnect: false,
    currentTokenId: "ot-old",
    projectId: more,
  } as const;
  const links = { identifier: more, branch: text };
  return [
    {
      ...common,
      kind: "workspace",
      id: "ws-1",
      address: "tags",
      vcsRepo: { ...links, tagsRegex: more },
      settings: { ...settings, workingDirectory: text, sshKeyId: more },
    },
    {
      ...common,
      kind: "workspace",
      id: text,
      address: "patterns",
      vcsRepo: links,
      settings: { ...settings, triggerPatterns: [text, more] },
    },
    {
      ...common,
      kind: "policy-set",
      id: "polset-1",
      address: "guard",
      vcsRepo: links,
      settings: {
        description: text,
        global: false,
        kind: "opa",
        overridable: true,
        agentEnabled: true,
        policyToolVersion: null,
        policiesPath: more,
        policyUpdatePatterns: [],
        workspaceIds: [],
        projectIds: [],
        workspaceExclusionIds: [],
      },
    },
    {
      ...common,
      kind: "registry-module",
      id: "mod-1",
      address: "vpc",
      vcsRepo: { ...links, displayIdentifier: text, sourceDirectory: more, tagPrefix: text },
      settings: {
        registryName: "private",
        namespace: text,
        provider: more,
        noCode: false,
        publishingMechanism: null,
        testsEnabled: null,
        agentExecutionMode: null,
        agentPoolId: null,
      },
    },
    {
      ...common,
      kind: "stack",
      id: "st-1",
      address: "edge",
      vcsRepo: links,
      settings: {
        description: text,
        agentPoolId: more,
        migration: null,
        speculativeEnabled: null,
        triggerPatterns: [more, text],
        workingDirectory: text,
      },
    },
  ];
}
