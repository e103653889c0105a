import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { BOT } from "../../../sandbox/gitlab/users";
import { gitlabLog, simulateRace, tfeLog } from "../../../sandbox/race";
import { synthesize } from "../../app";
import { configure, execute } from "../../cli/exit-codes";
import type { Io } from "../../cli/io";
import { print, printLines } from "../../cli/print";
import { count } from "../../cli/table";
import { wholeNumber } from "../../cli/whole-number";
import { makeFolder } from "../../files/make-folder";
import { loadInventory } from "../../inventory/inventory-file";
import { Migration, planMigration } from "../../migration/migration";
import { loadOrganization } from "../../organization/load";
import { describeTerraform, findTerraform } from "../../terraform/find";
import { getProvider, type ProviderMirror } from "../../terraform/provider";
import { jsonText } from "../../util/json-text";
import { PROVIDER_VERSION } from "../../util/tfe-provider";
import { applyCommand } from "../apply";
import { diagnoseCommand } from "../diagnose";
import { inventoryCommand } from "../inventory";
import { planCommand } from "../plan";
import { preflightCommand } from "../preflight";
import { retireCommand } from "../retire";
import { rotateCommand } from "../rotate";
import { statusCommand } from "../status";
import { hclOf, organizationFileOf } from "./project";

interface Options {
  readonly fleet: number;
  readonly seed: number;
  readonly keep?: boolean;
}

/** `repoint demo` (`npm start`): play the whole migration on the embedded sandbox, step by step. */
export function demoCommand(io: Io): Command {
  return new Command("demo")
    .description("play the whole migration on the embedded sandbox, step by step")
    .option("--fleet <n>", "how many workspaces the organization has", fleetSize, 60)
    .option("--seed <n>", "the same seed makes the same organization", wholeNumber, 1)
    .option("--keep", "keep the project's folder to look around in")
    .action(async (options: Options) => {
      const folder = mkdtempSync(join(tmpdir(), "repoint-demo-"));
      const tools = await getTools(io);
      const sandbox = await startSandbox({
        fleet: options.fleet,
        seed: options.seed,
        extraResources: true,
        providerMirror: tools.provider?.type === "ready" ? tools.provider.mirror : "",
      });
      // What an auto-destroy duration keeps from moving is a story of its own (docs/reference/terraform-configuration.md).
      for (const { attributes } of sandbox.state.workspaces.values()) {
        Object.assign(attributes, { "auto-destroy-activity-duration": null, "inherits-project-auto-destroy": true });
      }
      try {
        io.exitCode = await playStory({ io, folder, sandbox, tools });
      } finally {
        await sandbox.close();
        if (options.keep === true) print(io.stdout, "", `The project is in ${folder}`);
        else rmSync(folder, { recursive: true, force: true });
      }
    });
}

/** Fewer would leave nothing in one wave or the other. */
function fleetSize(value: string): number {
  const size = wholeNumber(value);
  if (size < 10 || size > 10_000) throw new InvalidArgumentError("expected 10 to 10000 workspaces");
  return size;
}

/** The commands that the story is told with. */
const acts = {
  diagnose: diagnoseCommand,
  inventory: inventoryCommand,
  preflight: preflightCommand,
  plan: planCommand,
  apply: applyCommand,
  retire: retireCommand,
  rotate: rotateCommand,
  status: statusCommand,
} as const;

type Act = readonly [keyof typeof acts, ...string[]];
const acted = (list: readonly Act[]): readonly Act[] => list;

/** Runs a command in the project's folder, as a user would. */
async function play(
  at: { readonly io: Io; readonly env: NodeJS.ProcessEnv; readonly folder: string },
  name: keyof typeof acts,
  ...words: readonly string[]
): Promise<number> {
  print(at.io.stdout, `$ repoint ${[name, ...words].join(" ")}`);
  const inner: Io = { ...at.io, env: at.env, cwd: at.folder, exitCode: 0 };
  const code = await execute(configure(acts[name](inner), inner), words, inner);
  print(at.io.stdout, "");
  return code;
}

/** What Terraform the story can be told with. */
interface Tools {
  readonly found: ReturnType<typeof findTerraform>;
  /** Undefined without Terraform. */
  readonly provider: ProviderMirror | undefined;
  /** The provider's, or the one that is missing. */
  readonly version: string;
}

async function getTools(io: Io): Promise<Tools> {
  const found = findTerraform(io.env);
  const tell = (line: string) => print(io.stdout, `(${line})`);
  const provider = found.type === "found" ? await getProvider(found.terraform, io.env, tell) : undefined;
  return { found, provider, version: provider?.type === "ready" ? provider.version : PROVIDER_VERSION };
}

interface Stage {
  readonly io: Io;
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly tools: Tools;
}

async function playStory({ io, folder, sandbox, tools }: Stage): Promise<number> {
  const { found, provider, version } = tools;
  const say = (text = "") => print(io.stdout, text);
  let chapter = 0;
  const title = (text: string) => {
    chapter += 1;
    say();
    say(`── ${chapter}. ${text} ${"─".repeat(Math.max(2, 96 - text.length))}`);
    say();
  };
  const [organization] = sandbox.organizations;
  if (organization === undefined) throw new Error("the sandbox has no organization");

  title("The problem");
  say(
    "A Terraform Enterprise organization uses GitLab through an OAuth connection. Many webhooks at once race to refresh its",
  );
  say(
    'token, GitLab revokes it ("Token was revoked. You have to re-authorize from the user."), and workspaces drop off VCS.',
  );
  say(
    "The fix is a connection with a personal access token, which is never refreshed, and every workspace re-pointed to it.",
  );
  say();
  say(
    `The embedded sandbox stands in for both: ${sandbox.tfe.url} (Terraform Enterprise) and ${sandbox.gitlab.url} (GitLab),`,
  );
  say(
    `with ${count(organization.workspaces, "workspace")} whose settings all differ, half of them on the old connection ${organization.oldConnection.id},`,
  );
  say("and with policy sets, registry modules and stacks.");

  const burst = simulateRace({ webhooks: 25, latencyMs: 20_000, connection: "oauth", seed: 1 });
  const logs = { seed: 1, from: new Date("2026-01-15T09:00:00.000Z"), format: "new" } as const;
  writeFileSync(join(folder, "production_json.log"), gitlabLog(burst, logs));
  writeFileSync(join(folder, "atlas.log"), tfeLog(burst, logs));
  say();
  say(`This is what a burst of 25 webhooks left in their logs (simulated: repoint race):`);
  say();
  await play({ io, env: io.env, folder }, "diagnose", "production_json.log", "atlas.log");

  makeFolder(join(folder, "organizations"));
  const edit = (changes: { readonly through: string; readonly forget?: string }) => {
    const waves = [{ name: "canary", percent: 10 }];
    const text = organizationFileOf(sandbox, { waves, terraform: { provider: version }, ...changes });
    writeFileSync(join(folder, "organizations", "sandbox.yaml"), text);
  };
  edit({ through: "canary" });
  const { TFE_TOKEN: _token, TFE_HOSTNAME: _host, ...env } = io.env;
  const stageEnv: NodeJS.ProcessEnv = {
    ...env,
    TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig,
    TF_VAR_gitlab_pat: sandbox.gitlab.pat,
  };
  const command = (name: keyof typeof acts, ...words: readonly string[]) =>
    play({ io, env: stageEnv, folder }, name, ...words);

  title("The inventory: what exists, before anything changes");
  const before = sandbox.snapshot();
  const recorded = await command("inventory", "sandbox");
  if (recorded !== 0) return recorded;

  title("The PAT: can it carry the first wave?");
  const repository = aCanary(folder);
  if (repository !== undefined) {
    const project = sandbox.gitlabState.project(repository);
    project.accessLevel = DEVELOPER;
    say(`In GitLab, the token's user is only a Developer in ${repository}:`);
    say();
    const code = await command("preflight", "sandbox");
    if (code !== 1) return 1;
    project.accessLevel = MAINTAINER;
    say("Nothing was moved. As a Maintainer there:");
    say();
  }
  const checked = await command("preflight", "sandbox");
  if (checked !== 0) return checked;

  title("The organization file, synthesized: what Terraform will be asked to do");
  const organizationFile = loadOrganization(folder, "sandbox");
  const plan = planMigration(organizationFile, loadInventory(folder, "sandbox"));
  synthesize(folder, organizationFile, plan);
  printLines(io.stdout, `${hclOf(organizationFile, plan)}\n`);
  say(
    `… and so on: ${count(plan.managed.length, "resource")} in the first wave. \`cdktf synth\` writes the same text.`,
  );

  if (found.type !== "found" || provider?.type !== "ready") {
    title("What is missing here");
    if (found.type !== "found") {
      say(`${describeTerraform(found)}.`);
      say("Install Terraform 1.7 or newer: https://developer.hashicorp.com/terraform/install");
    } else if (provider?.type === "missing") {
      say(`The provider hashicorp/tfe ${PROVIDER_VERSION} could not be obtained:`);
      for (const { way, failure } of provider.attempts) say(`  ${way}: ${failure}`);
      say(`Put a filesystem mirror that contains it into ${provider.mirror}, or set REPOINT_PROVIDER_MIRROR to yours.`);
    }
    say();
    say(
      "Everything up to here is real; planning and applying need the real Terraform and the real provider. Then run this again.",
    );
    return 0;
  }
  if (version !== PROVIDER_VERSION) say(`(The provider is ${version}: ${provider.how})`);

  title("The first wave: a few canaries");
  for (const words of acted([
    ["plan", "sandbox"],
    ["apply", "sandbox", "--yes"],
  ])) {
    const code = await command(...words);
    if (code !== 0) return code;
  }

  title("The other waves");
  edit({ through: "rest" });
  say("In organizations/sandbox.yaml: through: rest");
  say();
  for (const words of acted([
    ["plan", "sandbox"],
    ["apply", "sandbox", "--yes", "--lock-workspaces"],
  ])) {
    const code = await command(...words);
    if (code !== 0) return code;
  }

  title("The end: Terraform forgets what was moved, and the old connection is deleted");
  edit({ through: "rest", forget: "done" });
  say("In organizations/sandbox.yaml: forget: done");
  say();
  for (const words of acted([
    ["plan", "sandbox"],
    ["apply", "sandbox", "--yes"],
    ["retire", "sandbox", "--yes"],
    ["status", "sandbox"],
  ])) {
    const code = await command(...words);
    if (code !== 0) return code;
  }

  title("The year after: another PAT, without an outage");
  sandbox.state.authorizedRepos = true;
  stageEnv.NEW_GITLAB_TOKEN = sandbox.gitlabState.createToken({ userId: BOT, name: "next year" }).token;
  say("In GitLab, the same user creates another token. NEW_GITLAB_TOKEN holds it:");
  say();
  const rotated = await command("rotate", "sandbox", "--yes", "--revoke-old");
  if (rotated !== 0) return rotated;

  title("What changed");
  const moved = compare(before, sandbox.snapshot());
  say(
    `${count(moved.token, "resource")} changed in the oauth_token_id and nothing else; ${moved.untouched} were not touched; ${moved.other} differ otherwise.`,
  );
  say("The state contains only the new connection. The inventory keeps the earlier settings of every resource.");
  say();
  say('Where to look next: README.md, "The migration"; repoint sandbox keeps such a pair of servers running for you.');
  return moved.other === 0 ? 0 : 1;
}

/** GitLab's access levels ("Access requests API"). */
const DEVELOPER = 30;
const MAINTAINER = 40;

/** The repository of something in the first wave. */
function aCanary(folder: string): string | undefined {
  const inventory = loadInventory(folder, "sandbox");
  if (inventory === undefined) return undefined;
  const { decided, movingIds } = Migration.decide(loadOrganization(folder, "sandbox"), inventory);
  return decided.find(({ record }) => movingIds.has(record.id))?.record.vcsRepo?.identifier;
}

/** Compares the servers' own records of every resource, before and after. */
function compare(before: Record<string, unknown>, after: Record<string, unknown>) {
  const records = (snapshot: Record<string, unknown>): ReadonlyMap<string, string> =>
    new Map(
      [snapshot.workspaces, snapshot.policySets, snapshot.modules, snapshot.stacks].flatMap((kind) =>
        Object.entries(Object(kind)).map(([id, record]): [string, string] => [id, jsonText(record)]),
      ),
    );
  const now = records(after);
  const result = { token: 0, untouched: 0, other: 0 };
  for (const [id, was] of records(before)) {
    const is = now.get(id) ?? "";
    const masked = (text: string) => text.replace(/"oauth-token-id":"[^"]*"/, "");
    if (is === was) result.untouched += 1;
    else if (masked(is) === masked(was)) result.token += 1;
    else result.other += 1;
  }
  return result;
}
