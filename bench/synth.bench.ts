import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { Workspace } from "@cdktf/provider-tfe/lib/workspace";
import { App, TerraformStack } from "cdktf";
import { OrganizationStack } from "../lib/constructs/organization-stack";
import type { DesiredResource, MigrationPlan } from "../lib/migration/migration-plan";
import { PROVIDER_CONSTRAINT } from "../lib/util/tfe-provider";
import type { Measurement } from "./measurement";
import { settings } from "./workspace-settings";

/** With cdktf's own import every resource starts a process, so only this many are measured, and scaled. */
const WITH_IMPORT_FROM = 60;

/** Synthesis of re-pointed workspaces with their import blocks, beside the same stack with cdktf's own `importFrom`. */
export async function run(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "repoint-bench-"));
  try {
    ours(folder, 10);
    const thousand = ours(folder, 1_000);
    const tenThousand = ours(folder, 10_000);
    const memory = process.resourceUsage().maxRSS / 1024;
    const theirs = (await importFrom(folder, WITH_IMPORT_FROM)) * (1_000 / WITH_IMPORT_FROM);
    return [
      { name: "synth of 1,000 workspaces", value: thousand, unit: "s", aim: 1 },
      { name: "synth of 10,000 workspaces", value: tenThousand, unit: "s", aim: 6 },
      { name: "synth: largest resident memory of the process", value: memory, unit: "MiB", aim: 400 },
      { name: "synth: 10,000 as a multiple of 1,000", value: tenThousand / thousand, unit: "×" },
      { name: `synth: 1,000 with importFrom (${WITH_IMPORT_FROM} measured, scaled)`, value: theirs, unit: "s" },
      { name: "synth: importFrom as a multiple of ours, 1,000 workspaces", value: theirs / thousand, unit: "×" },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ours(folder: string, count: number): number {
  const start = performance.now();
  const app = new App({ outdir: folder });
  new OrganizationStack(app, `ours-${count}`, {
    plan: planOf(count),
    backend: { type: "local", settings: { path: "s" } },
  });
  app.synth();
  return (performance.now() - start) / 1000;
}

async function importFrom(folder: string, count: number): Promise<number> {
  const start = performance.now();
  const app = new App({ outdir: folder });
  const stack = new TerraformStack(app, "theirs");
  new TfeProvider(stack, "tfe", {});
  for (let index = 0; index < count; index += 1) {
    const workspace = new Workspace(stack, `w${index}`, {
      name: `workspace-${index}`,
      organization: "acme",
      vcsRepo: { identifier: "group/project", oauthTokenId: "ot-x" },
    });
    workspace.importFrom(idOf(index));
  }
  app.synth();
  return (performance.now() - start) / 1000;
}

const idOf = (index: number): string => `ws-${String(index).padStart(16, "0")}`;

function planOf(count: number): MigrationPlan {
  return {
    hostname: "app.terraform.io",
    organization: "acme",
    providerVersion: PROVIDER_CONSTRAINT,
    connection: {
      type: "create",
      address: "gitlab_pat",
      name: "GitLab (PAT)",
      serviceProvider: "gitlab_hosted",
      httpUrl: "https://gitlab.com",
      apiUrl: "https://gitlab.com/api/v4",
      organizationScoped: true,
      projectIds: [],
      agentPoolId: undefined,
      tokenVariable: "gitlab_pat",
    },
    managed: Array.from({ length: count }, (_, index) => workspaceOf(index)),
    forgotten: [],
    forgottenConnections: [],
    left: [],
    moves: [],
    problems: [],
  };
}

function workspaceOf(index: number): DesiredResource {
  return {
    kind: "workspace",
    id: idOf(index),
    address: `workspace_${index}`,
    name: `workspace-${index}`,
    projectId: "prj-0000000000000001",
    origin: { projectName: "Default Project", wave: "all", connection: "GitLab" },
    vcsRepo: { identifier: "group/project", branch: "main", ingressSubmodules: false, tagsRegex: null },
    token: { type: "new" },
    reconnect: false,
    currentTokenId: "ot-old",
    settings: { ...settings, triggerPatterns: ["/modules/**/*"], workingDirectory: "infra" },
  };
}
