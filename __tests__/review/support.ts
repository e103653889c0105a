import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Migration } from "../../lib/migration/migration";
import type { DesiredResource, MigrationPlan } from "../../lib/migration/migration-plan";
import { expectReview, type ReviewExpectation } from "../../lib/review/expectation";
import type { Review } from "../../lib/review/model";
import { readPlan } from "../../lib/review/read-plan";
import { type ReviewOptions, reviewPlan } from "../../lib/review/review";
import { stackOf } from "../constructs/support";
import {
  connection as connectionOf,
  settings as defaults,
  inventory as inventoryOf,
  organization as organizationOf,
  ownConnection,
} from "../migration/fixtures";

export const OLD = "ot-OLD0000000000001";
export const NEW = "ot-NEW0000000000001";
export const PAT = "scrubbed-personal-access-token";

/** A plan as JSON that a test may change at will. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of a foreign format.
export type Document = any;

/**
 * Most of the plans were made from HCL. Of Repoint's own texts, which are JSON, Terraform shows references as the templates
 * that they are; so do these.
 */
export function fixture(name: string): Document {
  return JSON.parse(fixtureText(name));
}

export function showTemplates(value: Document): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value.references)) value.constant_value ??= `\${${value.references[0]}}`;
  else for (const inner of Object.values(value)) showTemplates(inner);
}

/** The plans are older than the connection's precondition, which Terraform lists like this. */
function preconditions(configuration: Document): Document {
  return configuration.root_module.resources
    .filter(({ type, mode }: Document) => type === "tfe_oauth_client" && mode === "managed")
    .map(({ address, type, mode, name }: Document) => ({
      address: { kind: "resource", mode, name, to_display: address, type },
      status: "pass",
      instances: [{ address: { to_display: address }, status: "pass" }],
    }));
}

const texts = new Map<string, string>();

export function fixtureText(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const document = JSON.parse(readFileSync(join(__dirname, "fixtures", `${name}.json`), "utf8"));
  if (!/^(?:others|plain|module)/.test(name)) {
    showTemplates(document.configuration);
    document.checks ??= preconditions(document.configuration);
  }
  const text = JSON.stringify(document);
  texts.set(name, text);
  return text;
}

export function reviewOf(document: Document, expectation?: ReviewExpectation, options: ReviewOptions = {}): Review {
  return reviewPlan(readPlan(JSON.stringify(document), "plan.json"), expectation, options);
}

/** `rule address` of every finding of a severity. */
export function found(review: Review, severity = "error"): readonly string[] {
  return review.findings
    .filter((finding) => finding.severity === severity && finding.allowed === null)
    .map(({ rule, address }) => (address === null ? rule : `${rule} ${address}`));
}

/** The entry of an address in `resource_changes`. */
export function entry(document: Document, address: string): Document {
  const found = document.resource_changes.find((change: Document) => change.address === address);
  if (found === undefined) throw new Error(`the fixture has no ${address}`);
  return found;
}

const settings = { ...defaults, autoApply: true, inheritsProjectAutoDestroy: true, terraformVersion: "1.9.5" };

const origin = { projectName: "Platform", wave: "canary", connection: "GitLab (oc-OLD)" };

interface ResourceOptions {
  readonly token: string;
}

function workspace(index: number, { token }: ResourceOptions): DesiredResource {
  return {
    kind: "workspace",
    id: `ws-${String(index).padStart(16, "0")}`,
    address: `app_${index}`,
    name: `app-${index}`,
    origin,
    vcsRepo: {
      identifier: `acme/app-${index}`,
      branch: index % 2 === 0 ? "" : "main",
      ingressSubmodules: false,
      tagsRegex: null,
    },
    token: { type: "new" },
    reconnect: false,
    currentTokenId: token,
    projectId: "prj-0000000000000001",
    settings: { ...settings, workingDirectory: index % 2 === 1 ? "infra" : "" },
  };
}

function policySet({ token }: ResourceOptions): DesiredResource {
  return {
    kind: "policy-set",
    id: "polset-000000000001",
    address: "guard",
    name: "guard",
    projectId: null,
    origin: { ...origin, projectName: null },
    vcsRepo: { identifier: "acme/policies", branch: "main", ingressSubmodules: false },
    token: { type: "new" },
    reconnect: false,
    currentTokenId: token,
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
  };
}

function stack({ token }: ResourceOptions): DesiredResource {
  return {
    kind: "stack",
    id: "st-000000000001",
    address: "net",
    name: "net",
    origin,
    vcsRepo: { identifier: "acme/net", branch: "main" },
    token: { type: "new" },
    reconnect: false,
    currentTokenId: token,
    projectId: "prj-0000000000000001",
    settings: {
      description: "",
      agentPoolId: null,
      migration: false,
      speculativeEnabled: true,
      triggerPatterns: [],
      workingDirectory: "",
    },
  };
}

export interface OrganizationFileOptions {
  /** Indices of the workspaces. @default 0 to 3 */
  readonly workspaces?: readonly number[];
  readonly forgotten?: readonly number[];
  /** The token that everything has now. @default the old one */
  readonly current?: string;
  /** The id of a connection that is referred to. @default the connection is created */
  readonly existing?: { readonly id: string; readonly tokenId: string };
  /** Whether the inventory knows the new connection. @default when everything is on it */
  readonly created?: boolean;
  readonly maxChanges?: number;
  readonly allowAutoDestroyReset?: boolean;
  readonly configurationSha256?: string;
  readonly plan?: Partial<MigrationPlan>;
  /** Whether the plan is compared with what is synthesized for it. @default false */
  readonly synthesize?: boolean;
}

/** The organization file and inventory that the fixtures were planned for. */
export function organizationFile(options: OrganizationFileOptions = {}): ReviewExpectation {
  const token = options.current ?? OLD;
  const created = options.created ?? token === NEW;
  const connection = {
    serviceProvider: "gitlab_community_edition",
    httpUrl: "https://gitlab.example.com",
    apiUrl: "https://gitlab.example.com/api/v4",
  };
  const forgotten = (options.forgotten ?? []).map((index) => ({ ...workspace(index, { token }), reason: "done" }));
  const plan: MigrationPlan = {
    hostname: "tfe.sandbox.test",
    organization: "acme",
    providerVersion: "0.79.0",
    connection:
      options.existing === undefined
        ? {
            type: "create",
            address: "gitlab_pat",
            name: "gitlab-pat",
            ...connection,
            organizationScoped: true,
            projectIds: [],
            agentPoolId: undefined,
            tokenVariable: "gitlab_pat",
          }
        : { type: "existing", id: options.existing.id, address: "gitlab_pat", links: [] },
    managed: [
      ...(options.workspaces ?? [0, 1, 2, 3]).map((index) => workspace(index, { token })),
      policySet({ token }),
      stack({ token }),
    ],
    forgotten: forgotten.map(({ kind, id, address, name, reason }) => ({ kind, id, address, name, reason })),
    forgottenConnections: [],
    left: [],
    moves: [],
    problems: [],
    ...options.plan,
  };
  const organization = organizationOf({
    hostname: plan.hostname,
    connection: { ...organizationOf().connection, name: "gitlab-pat", existing: options.existing?.id },
    from: ["oc-OLD"],
    terraform: { provider: plan.providerVersion },
    allowAutoDestroyReset: options.allowAutoDestroyReset ?? false,
    limits: { maxChanges: options.maxChanges },
  });
  const record = (id: string, name: string, tokenId: string, key: string | null = null) =>
    connectionOf({ connection: id, token: tokenId }, name, { key });
  const inventory = inventoryOf([], {
    hostname: plan.hostname,
    projects: [{ id: "prj-0000000000000001", name: "Platform" }],
    connections: [
      record("oc-OLD", "GitLab", OLD, "application"),
      ...(created ? [record("oc-NEW0000000000001", "gitlab-pat", NEW)] : []),
      ...(options.existing === undefined ? [] : [record(options.existing.id, "gitlab-pat", options.existing.tokenId)]),
    ],
    ownConnections: [
      ownConnection({
        name: "gitlab-pat",
        id: options.existing?.id ?? (created ? "oc-NEW0000000000001" : null),
        managed: options.existing === undefined,
      }),
    ],
  });
  const { roles, connections, warnings } = Migration.decide(organization, inventory);
  const parts = { organization, inventory, options: {}, roles, connections, warnings, plan };
  return expectReview(parts, {
    ...(options.configurationSha256 === undefined ? {} : { configurationSha256: options.configurationSha256 }),
    ...(options.synthesize === true ? { configuration: JSON.parse(JSON.stringify(stackOf(plan).toTerraform())) } : {}),
  });
}
