import { Command, Option } from "commander";
import { type ModulePatch, modulePatches, type Sandbox, startSandbox } from "../../sandbox";
import type { Io } from "../cli/io";
import { print, printJson } from "../cli/print";
import { span } from "../cli/span";
import { wholeNumber } from "../cli/whole-number";
import { UsageError } from "../errors";
import { heldVersion, mirrorFolder } from "../terraform/provider";
import { errorCode } from "../util/error-code";
import { PROVIDER_VERSION } from "../util/tfe-provider";

interface Options {
  readonly json?: boolean;
  readonly fleet: number;
  readonly seed: number;
  readonly resources?: boolean;
  readonly modules: ModulePatch;
  readonly stackComponents?: boolean;
  readonly tfePort?: number;
  readonly gitlabPort?: number;
  readonly latency?: number;
  readonly previousRefreshToken?: boolean;
  readonly rateLimit: boolean;
}

/** Taken, for the system alone, or no port at all. */
const NO_PORT = new Set(["EADDRINUSE", "EACCES", "ERR_SOCKET_BAD_PORT"]);

/** `repoint sandbox`: runs the embedded Terraform Enterprise and GitLab until it is interrupted. */
export function sandboxCommand(io: Io): Command {
  return new Command("sandbox")
    .description("run the embedded Terraform Enterprise and GitLab until interrupted")
    .option("--fleet <n>", "how many workspaces the organization has", wholeNumber, 60)
    .option("--seed <n>", "the same seed makes the same organization", wholeNumber, 1)
    .option("--resources", "make policy sets, registry modules and stacks too")
    .addOption(
      new Option("--modules <answer>", "what happens when a registry module's token is changed")
        .choices(modulePatches)
        .default("in-place"),
    )
    .option("--stack-components", "have Stack components too, as HCP Terraform does (with --resources)")
    .option("--tfe-port <port>", "Terraform Enterprise's port (default: a free one)", wholeNumber)
    .option("--gitlab-port <port>", "GitLab's port (default: a free one)", wholeNumber)
    .option(
      "--latency <span>",
      "how long GitLab takes to answer a refresh, such as 500ms or 60s (default: no time)",
      span,
    )
    .option("--previous-refresh-token", "GitLab revokes a token only when its successor is first used")
    .option("--no-rate-limit", "answer any number of requests a second (default: 30)")
    .option("--json", "print one line of JSON when ready")
    .action(async (options: Options) => {
      // From here on, so that an early signal ends it as tidily as a late one.
      const ended = interrupted();
      const mirror = mirrorFolder(io.env);
      const held = heldVersion(mirror);
      const sandbox = await startSandbox({
        ...(held === undefined ? {} : { providerMirror: mirror }),
        fleet: options.fleet,
        seed: options.seed,
        ...(options.resources === true ? { extraResources: true } : {}),
        modules: options.modules,
        ...(options.stackComponents === true ? { entitlements: { stackComponents: true } } : {}),
        ...(options.tfePort === undefined ? {} : { tfePort: options.tfePort }),
        ...(options.gitlabPort === undefined ? {} : { gitlabPort: options.gitlabPort }),
        ...(options.latency === undefined ? {} : { latencyMs: options.latency }),
        ...(options.previousRefreshToken === true ? { previousRefreshToken: true } : {}),
        ...(options.rateLimit ? {} : { requestsPerSecond: null }),
        onUnknownRoute: (line) => print(io.stderr, line),
      }).catch((error: unknown) => {
        throw NO_PORT.has(errorCode(error) ?? "") ? portTaken(error) : error;
      });
      if (options.json === true) printJson(io.stdout, described(sandbox));
      else print(io.stdout, ...told(sandbox, held));
      await ended;
      await sandbox.close();
    });
}

function portTaken(error: unknown): UsageError {
  return new UsageError({
    rule: "sandbox/port",
    message: `the port is not available: ${error instanceof Error ? error.message : String(error)}`,
    fix: "choose another with --tfe-port or --gitlab-port, or none for a free one",
  });
}

function described({ tfe, gitlab, organizations, terraformCliConfig }: Sandbox) {
  return { tfe, gitlab, organizations, terraformCliConfig };
}

/** @param held the provider's version in the mirror, undefined where Terraform has to download it. */
function told(sandbox: Sandbox, held: string | undefined): readonly string[] {
  const [organization] = sandbox.organizations;
  const other = held !== undefined && held !== PROVIDER_VERSION;
  return [
    `Terraform Enterprise  ${sandbox.tfe.url}   (Terraform calls it ${sandbox.hostname})`,
    `GitLab                ${sandbox.gitlab.url}`,
    `Organization          ${organization?.name}: ${organization?.workspaces} workspaces, half on ${organization?.oldConnection.id}`,
    "",
    "In its organization file (cp examples/sandbox.yaml organizations/):",
    `  gitlab: { url: "${sandbox.gitlab.url}", serviceProvider: gitlab_community_edition }`,
    ...(other ? [`  terraform: { provider: "${held}" }   # what the provider mirror holds`] : []),
    "",
    "In another terminal, in the project's folder:",
    `  export TF_CLI_CONFIG_FILE=${sandbox.terraformCliConfig}`,
    `  export TF_VAR_gitlab_pat=${sandbox.gitlab.pat}   # the sandbox's own, of no use elsewhere`,
    ...(sandbox.tfe.ownerToken === undefined
      ? []
      : [`  export TFE_TOKEN=${sandbox.tfe.ownerToken}   # only for registry modules: an owner's`]),
    `  npx repoint inventory ${organization?.name}`,
    "",
    "Ctrl-C ends it; nothing of it is kept.",
  ];
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
