import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { control } from "./control";
import { makeFleet, OLD_CONNECTION, OLD_TOKEN } from "./fleet/fleet";
import { createGitlab } from "./gitlab";
import { GitlabState } from "./gitlab/state";
import { Faults } from "./http/faults";
import { RequestLog } from "./http/log";
import { serve } from "./http/serve";
import { Random } from "./random";
import { createTfe } from "./tfe";
import { addOrganization } from "./tfe/routes/organizations";
import { type Entitlements, TfeState } from "./tfe/state";
import { HOSTNAME } from "./tfe/vcs";

export type { Fault, FaultRule, Faults } from "./http/faults";
export type { LoggedRequest, RequestLog } from "./http/log";
export type { TfeState } from "./tfe/state";

export interface SandboxOptions {
  /** The same seed makes the same organization. @default 1 */
  readonly seed?: number;
  /** How many workspaces the organization has. @default 0 */
  readonly fleet?: number;
  /** Whether it also has policy sets, registry modules and stacks. @default false */
  readonly extraAttachments?: boolean;
  /** @default "sandbox" */
  readonly organization?: string;
  /** Requests a second for a token, as TFE limits them; null for no limit. @default 30 */
  readonly requestsPerSecond?: number | null;
  /** Whether the server re-points registry modules in place (it is an old one if not). @default true */
  readonly registryModulePatch?: boolean;
  /** What the organization may use. @default everything */
  readonly entitlements?: Partial<Entitlements>;
  /** @default a free one */
  readonly tfePort?: number;
  /** @default a free one */
  readonly gitlabPort?: number;
  /** Told about every request that no route is there for. @default nobody */
  readonly onUnknownRoute?: (line: string) => void;
}

export interface Sandbox {
  /** What Terraform calls the server; the CLI configuration leads it to {@link tfe}. */
  readonly hostname: string;
  readonly tfe: { readonly url: string; readonly token: string };
  readonly gitlab: { readonly url: string; readonly pat: string };
  readonly organizations: readonly {
    readonly name: string;
    readonly oldConnection: { readonly id: string; readonly tokenId: string };
    readonly workspaces: number;
  }[];
  /** A Terraform CLI configuration (mode 0600) with the server's address and token. */
  readonly terraformCliConfig: string;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly state: TfeState;
  readonly gitlabState: GitlabState;
  /** All of TFE's records as plain data, for comparing before and after. */
  snapshot(): Record<string, unknown>;
  close(): Promise<void>;
}

/** Starts a TFE and a GitLab on the loopback interface, with everything they hold in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? 1;
  const secrets = new Random(seed + 7_919);
  const token = `${secrets.letters(14)}.atlasv1.${secrets.letters(60)}`;
  const pat = `glpat-${secrets.letters(20)}`;
  const log = new RequestLog();
  const faults = new Faults();
  const gitlabState = new GitlabState();
  gitlabState.tokens.push({
    id: 12,
    name: "terraform",
    token: pat,
    revoked: false,
    scopes: ["api"],
    userId: 7,
    expiresAt: null,
    lastUsedAt: null,
  });
  const state = new TfeState(
    seed,
    token,
    { policySets: true, registryModules: true, stacks: true, ...options.entitlements },
    options.registryModulePatch ?? true,
    (repository, url) => gitlabState.addHook(repository, url),
  );
  const shared = {
    log,
    faults,
    ...(options.onUnknownRoute === undefined ? {} : { onUnknownRoute: options.onUnknownRoute }),
  };
  const gitlab = await serve({
    name: "gitlab",
    port: options.gitlabPort ?? 0,
    handle: createGitlab(gitlabState),
    ...shared,
  });
  const organization = options.organization ?? "sandbox";
  addOrganization(state, organization);
  makeFleet(state, {
    organization,
    workspaces: options.fleet ?? 0,
    attachments: options.extraAttachments ?? false,
    gitlabUrl: gitlab.url,
  });
  let origin = "";
  const requestsPerSecond = options.requestsPerSecond === undefined ? 30 : options.requestsPerSecond;
  const handle = createTfe({ state, requestsPerSecond, origin: () => origin });
  const tfe = await serve({
    name: "tfe",
    port: options.tfePort ?? 0,
    handle: (request) => control(request, { state, log, faults }) ?? handle(request),
    control: "/_sandbox/",
    ...shared,
  });
  origin = tfe.url;
  const folder = mkdtempSync(join(tmpdir(), "repoint-sandbox-"));
  const terraformCliConfig = join(folder, "terraform.tfrc");
  writeFileSync(terraformCliConfig, cliConfiguration(tfe.url, token), { mode: 0o600 });
  return {
    hostname: HOSTNAME,
    tfe: { url: tfe.url, token },
    gitlab: { url: gitlab.url, pat },
    organizations: [
      { name: organization, oldConnection: { id: OLD_CONNECTION, tokenId: OLD_TOKEN }, workspaces: options.fleet ?? 0 },
    ],
    terraformCliConfig,
    log,
    faults,
    state,
    gitlabState,
    snapshot: () => state.snapshot(),
    close: async () => {
      await Promise.all([tfe.close(), gitlab.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Leads the sandbox's hostname to its address (plain HTTP is taken from a `host` block), with the token to use there. */
function cliConfiguration(url: string, token: string): string {
  const lines = [
    `host "${HOSTNAME}" {`,
    "  services = {",
    `    "tfe.v2.2" = "${url}/api/v2/"`,
    `    "tfe.v2.1" = "${url}/api/v2/"`,
    `    "tfe.v2"   = "${url}/api/v2/"`,
    "  }",
    "}",
    "",
    `credentials "${HOSTNAME}" {`,
    `  token = "${token}"`,
    "}",
  ];
  const mirror = process.env.REPOINT_PROVIDER_MIRROR;
  if (mirror !== undefined && mirror !== "") {
    const include = '["registry.terraform.io/hashicorp/tfe"]';
    lines.push(
      "",
      "provider_installation {",
      "  filesystem_mirror {",
      `    path    = ${JSON.stringify(mirror)}`,
      `    include = ${include}`,
      "  }",
      "  direct {",
      `    exclude = ${include}`,
      "  }",
      "}",
    );
  }
  return `${lines.join("\n")}\n`;
}
