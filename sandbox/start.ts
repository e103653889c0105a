import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliConfiguration } from "./cli-configuration";
import { CONTROL, control } from "./control";
import { CREATED_AT } from "./fleet/created-at";
import { makeFleet, OLD_CONNECTION, OLD_TOKEN } from "./fleet/fleet";
import { createGitlab } from "./gitlab";
import { reachOf } from "./gitlab/authorize";
import { grantTo, repositoriesOf } from "./gitlab/grants";
import { GitlabState } from "./gitlab/state";
import { BOT } from "./gitlab/users";
import { Faults } from "./http/faults";
import { type LoggedRequest, RequestLog } from "./http/log";
import { serve } from "./http/serve";
import type { SandboxOptions } from "./options";
import { Random } from "./random";
import { createTfe } from "./tfe";
import { deliverToTfe } from "./tfe/deliver";
import { isGitlabAt } from "./tfe/gitlab-address";
import { HOSTNAME } from "./tfe/hostname";
import { addOrganization } from "./tfe/resources/organizations";
import { TfeState } from "./tfe/state/tfe-state";
import { receiveWebhook } from "./tfe/webhooks/receive";

export interface Sandbox {
  /** What Terraform calls the server; the CLI configuration leads it to {@link tfe}. */
  readonly hostname: typeof HOSTNAME;
  /** `ownerToken` is there where {@link token} is not an owner's (`modules: "owners-only"`). */
  readonly tfe: { readonly url: string; readonly token: string; readonly ownerToken?: string };
  readonly gitlab: { readonly url: string; readonly pat: string };
  readonly organizations: readonly {
    readonly name: string;
    readonly oldConnection: { readonly id: string; readonly tokenId: string };
    readonly workspaces: number;
  }[];
  /** A Terraform CLI configuration (mode 0600, removed by {@link close}) with the server's address and token. */
  readonly terraformCliConfig: string;
  readonly log: RequestLog;
  /** Requests that no route was there for. */
  readonly unknownRequests: readonly LoggedRequest[];
  readonly faults: Faults;
  /** What TFE holds. Tests may change it: that is what people do by hand. */
  readonly state: TfeState;
  readonly gitlabState: GitlabState;
  /** All of TFE's records as plain data in a stable order, for comparing before and after. */
  snapshot(): Record<string, unknown>;
  /** Restarts Terraform Enterprise: connections end, and for that long nobody answers. What it holds stays. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a TFE and a GitLab on the loopback interface, with everything they hold in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? 1;
  // Not the state's own: what is secret does not shift what the fleet is.
  const secrets = new Random(seed + 7_919);
  const token = `${secrets.letters(14)}.atlasv1.${secrets.letters(60)}`;
  const pat = `glpat-${secrets.letters(20)}`;
  const log = new RequestLog();
  const faults = new Faults();
  const { onUnknownRoute } = options;
  const shared = { log, faults, ...(onUnknownRoute === undefined ? {} : { onUnknownRoute }) };

  const gitlabState = newGitlab(pat, options);
  const gitlab = await serve({
    name: "gitlab",
    port: options.gitlabPort ?? 0,
    handle: createGitlab(gitlabState),
    ...shared,
  });
  const state = new TfeState({
    seed,
    token,
    origin: "",
    ...(options.entitlements === undefined ? {} : { entitlements: options.entitlements }),
    ...(options.modules === undefined ? {} : { modules: options.modules }),
    gitlab: {
      isAt: (address) => isGitlabAt(address, gitlab.url),
      reach: (credential, repository) => reachOf(gitlabState, credential, repository, gitlabState.clock()),
      addHook: (repository, url) => gitlabState.addHook(repository, url),
      repositories: (credential) => repositoriesOf(gitlabState, credential, gitlabState.clock()),
    },
    onAuthorize: (application) => {
      const { accessToken, refreshToken } = grantTo(gitlabState, application);
      return { accessToken, refreshToken };
    },
  });

  const requestsPerSecond = options.requestsPerSecond === undefined ? 30 : options.requestsPerSecond;
  const handleTfe = createTfe({ state, requestsPerSecond, origin: () => state.origin });
  const tfe = await serve({
    name: "tfe",
    port: options.tfePort ?? 0,
    handle: (request) =>
      control(request, { state, gitlabState, log, faults }) ??
      receiveWebhook(state, gitlab.url, request) ??
      handleTfe(request),
    control: CONTROL,
    ...shared,
  }).catch(async (error: unknown) => {
    await gitlab.close();
    throw error;
  });
  state.origin = tfe.url;
  gitlabState.deliver = (url, request) => deliverToTfe(tfe.url, url, request);
  const name = options.organization ?? "sandbox";
  const workspaces = options.fleet ?? 0;
  addOrganization(state, name, CREATED_AT);
  makeFleet(state, {
    organization: name,
    workspaces,
    resources: options.extraResources ?? false,
    gitlabUrl: gitlab.url,
    addRepository: (path) => {
      gitlabState.addProject(path);
    },
  });

  const ownerToken = options.modules === "owners-only" ? state.addUser("owner", "all") : undefined;

  const folder = mkdtempSync(join(tmpdir(), "repoint-sandbox-"));
  const terraformCliConfig = join(folder, "terraform.tfrc");
  const mirror = (options.providerMirror ?? process.env.REPOINT_PROVIDER_MIRROR) || undefined;
  writeFileSync(terraformCliConfig, cliConfiguration(tfe.url, token, mirror), { mode: 0o600 });
  return {
    hostname: HOSTNAME,
    tfe: { url: tfe.url, token, ...(ownerToken === undefined ? {} : { ownerToken }) },
    gitlab: { url: gitlab.url, pat },
    organizations: [{ name, oldConnection: { id: OLD_CONNECTION, tokenId: OLD_TOKEN }, workspaces }],
    terraformCliConfig,
    log,
    get unknownRequests() {
      return log.unknownRequests;
    },
    faults,
    state,
    gitlabState,
    snapshot: () => state.snapshot(),
    restart: (downMs) => tfe.restart(downMs),
    close: async () => {
      await Promise.all([tfe.close(), gitlab.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newGitlab(pat: string, { latencyMs = 0, previousRefreshToken = false }: SandboxOptions): GitlabState {
  const state = new GitlabState();
  Object.assign(state.doorkeeper, { latencyMs, previousRefreshToken });
  state.createToken({ id: 12, name: "terraform", token: pat, userId: BOT });
  return state;
}
