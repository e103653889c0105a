import { textSha256 } from "../../lib/files/sha256";
import type { Circumstances } from "../../lib/guard/circumstances";
import type { ExpectedConnection, ExpectedLink, GuardExpectation } from "../../lib/guard/expectation";
import { Known } from "../../lib/guard/known";
import type { GuardRequest } from "../../lib/guard/ruling";
import { NEW, OLD, vcsRepo, workspace } from "../migration/fixtures";

export const PAT = "glpat-abcdefghijklmnopqrst";
export const ORGANIZATION = "acme";

/** A workspace of the server's, as TFE shows it. */
export function workspaceResource(
  id: string,
  attributes: Readonly<Record<string, unknown>> = {},
  relationships: Readonly<Record<string, unknown>> = {},
) {
  return {
    id,
    type: "workspaces",
    attributes: {
      name: "workspace-1",
      description: null,
      "allow-destroy-plan": true,
      "assessments-enabled": false,
      "auto-apply": false,
      "auto-apply-run-trigger": false,
      "auto-destroy-at": null,
      "auto-destroy-activity-duration": null,
      "inherits-project-auto-destroy": false,
      "execution-mode": "remote",
      operations: true,
      "file-triggers-enabled": true,
      "global-remote-state": false,
      "queue-all-runs": false,
      "setting-overwrites": { "execution-mode": true, "agent-pool": true },
      "speculative-enabled": true,
      "structured-run-output-enabled": true,
      "terraform-version": "1.9.8",
      "trigger-prefixes": [],
      "trigger-patterns": [],
      "working-directory": "",
      "tag-names": [],
      "vcs-repo": {
        identifier: "group/project",
        "display-identifier": "group/project",
        branch: "",
        "ingress-submodules": false,
        "oauth-token-id": OLD.token,
        "github-app-installation-id": null,
        "tags-regex": null,
        "service-provider": "gitlab_community_edition",
      },
      ...attributes,
    },
    relationships: {
      organization: { data: { type: "organizations", id: ORGANIZATION } },
      project: { data: { type: "projects", id: "prj-0000000000000001" } },
      "agent-pool": { data: null },
      ...relationships,
    },
    links: { self: `/api/v2/workspaces/${id}`, "self-html": `/app/${ORGANIZATION}/workspaces/workspace-1` },
  };
}

export const WORKSPACE = "ws-0000000000000001";

export function expectedWorkspace(changes: Partial<ExpectedLink> = {}): ExpectedLink {
  const { oauthTokenId: _, ...link } = vcsRepo(OLD.token);
  return {
    kind: "workspace",
    id: WORKSPACE,
    name: "workspace-1",
    path: `workspaces/${WORKSPACE}`,
    vcsRepo: link,
    to: NEW.token,
    reconnect: false,
    reviewed: workspace(1),
    ...changes,
  };
}

export const CONNECTION: ExpectedConnection = {
  id: null,
  name: "GitLab (PAT)",
  serviceProvider: "gitlab_community_edition",
  httpUrl: "https://gitlab.example.com",
  apiUrl: "https://gitlab.example.com/api/v4",
  organizationScoped: true,
  changesScope: false,
  agentPoolId: null,
};

export function expectation(changes: Partial<GuardExpectation> = {}): GuardExpectation {
  return {
    version: 1,
    basis: "reviewed-plan",
    hostname: "app.terraform.io",
    organization: ORGANIZATION,
    links: [expectedWorkspace()],
    connection: null,
    projectLinks: [],
    ...changes,
  };
}

/** What the server showed: each object as the answer to a GET of its path. */
export function knownWith(objects: Readonly<Record<string, unknown>> = {}, included: readonly unknown[] = []): Known {
  const known = new Known(ORGANIZATION);
  for (const [target, data] of Object.entries(objects)) {
    known.learn({ method: "GET", target, status: 200, body: { data, included }, sentAt: 1, answeredAt: 2 });
  }
  return known;
}

export function circumstances(changes: Partial<Circumstances> = {}): Circumstances {
  return {
    expectation: expectation(),
    known: knownWith({ [`workspaces/${WORKSPACE}`]: workspaceResource(WORKSPACE) }),
    patSha256: textSha256(PAT),
    ...changes,
  };
}

export function request(
  method: string,
  target: string,
  body?: unknown,
  changes: Partial<GuardRequest> = {},
): GuardRequest {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return {
    method,
    target,
    headers: { "content-type": "application/vnd.api+json" },
    body: new TextEncoder().encode(text),
    ...changes,
  };
}

/** What `hashicorp/tfe` 0.79 sends to re-point a workspace, as the sandbox logged it. */
export function providersPatch(
  attributes: Readonly<Record<string, unknown>> = {},
  repo: Readonly<Record<string, unknown>> = {},
) {
  return {
    data: {
      type: "workspaces",
      attributes: {
        "allow-destroy-plan": true,
        "auto-apply-run-trigger": false,
        "auto-destroy-at": null,
        "file-triggers-enabled": true,
        "global-remote-state": false,
        name: "workspace-1",
        "queue-all-runs": false,
        "speculative-enabled": true,
        "structured-run-output-enabled": true,
        "terraform-version": "1.9.8",
        "vcs-repo": {
          branch: "",
          identifier: "group/project",
          "ingress-submodules": false,
          "oauth-token-id": NEW.token,
          "tags-regex": "",
          "github-app-installation-id": "",
          ...repo,
        },
        "working-directory": "",
        ...attributes,
      },
    },
  };
}
