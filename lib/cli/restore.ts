import { rmSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { ExternalError, UsageError } from "../errors";
import { readIfPresent, writeFileAtomic } from "../files/atomic";
import { checkOldConnections, describeConnection } from "../migration/check-connections";
import type { Inventory } from "../migration/inventory-schema";
import { planRestoration, Restoration, type RestoreTarget, standingOf } from "../migration/restore";
import type { TfeClient } from "../tfe/client";
import { readIfThere, related, relatedAll } from "../tfe/json-api";
import { type LinkedObject, linkRepository } from "../tfe/reconnect";
import type { Io } from "./io";
import { confirm } from "./steps/confirm";
import { type Context, openContext, type ProjectOptions, ROOT_OPTION, withLock } from "./steps/context";
import { refreshInventory, withTfe } from "./steps/refresh";
import { count, table } from "./table";

interface Options extends ProjectOptions {
  readonly connection?: string;
  readonly yes?: boolean;
  readonly wait: number;
  readonly poll: number;
}

/** `repoint restore ORG`: brings a broken OAuth connection back, by the book, and loses no link on the way. */
export function restoreCommand(io: Io): Command {
  return new Command("restore")
    .description(
      "bring a broken OAuth connection back: revoke its token, have it authorized anew, link everything again",
    )
    .argument("<org>", "the organization, by its file in organizations/")
    .option("--connection <id>", "which of the wish's old connections (default: the only one)")
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .option("--wait <minutes>", "how long to wait for the authorization", minutes, 60)
    .option("--poll <seconds>", "how often to look whether it is authorized", minutes, 3)
    .action(async (name: string, options: Options) => {
      const context = openContext(io, name, options);
      await withLock(context, `repoint restore ${name}`, () => restore(context, options));
    });
}

async function restore(context: Context, options: Options): Promise<void> {
  const { say, io, paths } = context;
  const file = paths.restoration;
  let restoration = readRestoration(file);
  if (restoration === undefined) {
    restoration = await prepare(context, options);
    if (restoration === undefined) return;
    // Nothing is revoked before the only record of what will be unlinked is on the disk.
    writeFileAtomic(file, `${JSON.stringify(restoration, null, 2)}\n`);
    context.journal("restore.started", { connectionId: restoration.connectionId, targets: restoration.targets.length });
  } else {
    refuseAnother(restoration, options.connection, paths.key);
    say(
      `Going on with a restoration that was begun: ${count(restoration.targets.length, "attachment")} of ${restoration.connectionId}.`,
    );
  }
  const { connectionId, tokenIds, targets } = restoration;
  await withTfe(context, async (client) => {
    await revoke(context, client, tokenIds);
    const token = await authorized(context, client, connectionId, tokenIds, options);
    await reconnect(context, client, targets, token, new Set(tokenIds));
  });
  const { inventory } = await refreshInventory(context);
  const well = tell(context, restoration, inventory);
  context.journal("restore.finished", { connectionId, well });
  rmSync(file, { force: true });
  if (!well) io.exitCode = 1;
}

function refuseAnother({ connectionId }: Restoration, wanted: string | undefined, key: string): void {
  if (wanted === undefined || wanted === connectionId) return;
  throw new UsageError({
    rule: "restore/another-pending",
    message: `--connection ${wanted} was asked for, and a restoration of ${connectionId} was begun and is not done`,
    fix: `repoint restore ${key} without --connection ends that one; then restore ${wanted}`,
  });
}

/** Takes the inventory, shows who is affected, and asks. @returns undefined when a person said no */
async function prepare(context: Context, options: Options): Promise<Restoration | undefined> {
  const { organization, say, io } = context;
  say(`Reading ${organization.organization} on ${organization.hostname}: the record that linking again needs …`);
  const { inventory, crossChecks } = await refreshInventory(context);
  const problems = checkOldConnections(organization, inventory);
  if (problems.length > 0) throw new UsageError(problems);
  const connection = chosen(context, inventory, options.connection);
  const check = crossChecks.find(({ connectionId }) => connectionId === connection.id);
  if (check !== undefined && check.found !== check.counted) {
    throw new UsageError({
      rule: "restore/incomplete",
      message: `TFE counts ${count(check.counted, "affected workspace")}, ${check.found} were found: what is not in the inventory could not be linked again`,
      fix: "use a token that sees every workspace (an owner's), then run it again",
    });
  }
  const restoration = planRestoration(inventory, connection);
  const kinds = [...new Set(restoration.targets.map(({ kind }) => kind))];
  say(`${describeConnection(connection)} holds ${count(restoration.targets.length, "attachment")}:`);
  say(
    table(
      ["kind", "number"],
      kinds.map((kind) => [kind, restoration.targets.filter((target) => target.kind === kind).length]),
    ),
  );
  if (restoration.hadSshKey)
    say("NOTE     its token has an SSH key, which a new token starts without: have the private key at hand.");
  say(
    "Its token will be revoked, which unlinks all of them; you authorize it anew in a browser; then all are linked again as recorded.",
  );
  if (await confirm(io, "Revoke the token now?", "revoke", options.yes === true)) return restoration;
  say("Nothing was changed.");
  io.exitCode = 1;
  return undefined;
}

function chosen({ organization }: Context, inventory: Inventory, wanted: string | undefined) {
  const old = inventory.connections.filter(({ id, gone }) => organization.from.includes(id) && !gone);
  const found = wanted === undefined ? old : old.filter(({ id }) => id === wanted);
  const [connection] = found;
  if (connection === undefined || found.length > 1) {
    throw new UsageError({
      rule: "restore/which-connection",
      message: `${wanted ?? "the wish"} names ${found.length} connections that are there; there are: ${old.map(describeConnection).join(", ") || "none"}`,
      fix:
        connection === undefined
          ? "a deleted connection cannot be restored: repoint plan moves its attachments"
          : "choose one with --connection",
    });
  }
  return connection;
}

async function revoke(context: Context, client: TfeClient, tokenIds: readonly string[]): Promise<void> {
  for (const id of tokenIds) {
    const path = `oauth-tokens/${id}`;
    // At most ten of these a minute: the client waits as long as the server asks.
    const answer = await client.send("DELETE", path);
    if (answer.status >= 400 && answer.status !== 404) throw client.failure("DELETE", path, answer);
    context.journal("restore.revoked", { tokenId: id, alreadyGone: answer.status === 404 });
    context.say(answer.status === 404 ? `${id} was revoked already.` : `${id} revoked.`);
  }
}

/** Gives the person the page to authorize, and waits for the new token. @returns its id */
async function authorized(
  context: Context,
  client: TfeClient,
  connectionId: string,
  revoked: readonly string[],
  options: Options,
): Promise<string> {
  const { organization, say } = context;
  const until = Date.now() + options.wait * 60_000;
  for (let told = false; ; ) {
    const connection = await readIfThere(client, `oauth-clients/${connectionId}`);
    if (connection === undefined) {
      throw new ExternalError(`the connection ${connectionId} was deleted meanwhile`, {
        fix: `repoint plan ${context.paths.key} moves its attachments to the new connection`,
      });
    }
    const token = relatedAll(connection, "oauth-tokens").find((id) => !revoked.includes(id));
    if (token !== undefined) {
      context.journal("restore.authorized", { tokenId: token });
      say(`Authorized: ${token}.`);
      return token;
    }
    if (!told) {
      const page = connection.attributes["connect-path"];
      const settings = `/app/${related(connection, "organization") ?? organization.organization}/settings/version-control`;
      const path = typeof page === "string" && page !== "" ? page : settings;
      say("");
      say(`Open  https://${organization.hostname}${path}`);
      const { origin } = new URL(client.host.apiUrl);
      // The CLI configuration may lead elsewhere than the host's own name.
      if (origin !== new URL(`https://${organization.hostname}`).origin)
        say(`      (${origin}${path}, where the API is reached)`);
      say(`as the GitLab user that Terraform shall act as, and authorize. Waiting for up to ${options.wait} minutes …`);
      told = true;
    }
    if (Date.now() >= until) {
      throw new ExternalError("nobody has authorized the connection yet", {
        fix: `authorize it, then run repoint restore ${context.paths.key} again: it goes on from here`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, options.poll * 1000));
  }
}

async function reconnect(
  context: Context,
  client: TfeClient,
  targets: readonly RestoreTarget[],
  token: string,
  revoked: ReadonlySet<string>,
): Promise<void> {
  let linked = 0;
  await Promise.all(
    targets.map(async (target) => {
      const object = objectOf(context.organization.organization, target);
      const now = await readIfThere(client, object.path);
      if (now === undefined) return;
      const repo: unknown = now.attributes["vcs-repo"];
      const current: unknown = typeof repo === "object" && repo !== null ? Reflect.get(repo, "oauth-token-id") : null;
      // Somebody has linked it elsewhere meanwhile: that is left alone.
      if (typeof current === "string" && !revoked.has(current)) return;
      const { oauthTokenId: _, githubAppInstallationId: __, displayIdentifier: ___, ...link } = target.vcsRepo;
      await linkRepository(client, object, { ...link, oauthTokenId: token });
      linked += 1;
    }),
  );
  context.journal("restore.linked", { linked });
  context.say(`Linked again: ${linked}.`);
}

function objectOf(organization: string, { kind, id, name, module }: RestoreTarget): LinkedObject {
  switch (kind) {
    case "workspace":
      return { type: "workspaces", id, path: `workspaces/${id}` };
    case "policy-set":
      return { type: "policy-sets", id, path: `policy-sets/${id}` };
    case "stack":
      return { type: "stacks", id, path: `stacks/${id}` };
    case "registry-module": {
      const parts = [
        organization,
        "registry-modules",
        module?.registryName ?? "private",
        module?.namespace ?? organization,
        name,
      ];
      return {
        type: "registry-modules",
        id,
        path: ["organizations", ...parts, module?.provider ?? ""].map(encodeURIComponent).join("/"),
      };
    }
  }
}

function tell(context: Context, restoration: Restoration, inventory: Inventory): boolean {
  const { say, paths } = context;
  const connection = inventory.connections.find(({ id }) => id === restoration.connectionId);
  const tokens = new Set(connection?.tokens.map(({ id }) => id));
  const standings = restoration.targets.map((target) => ({ target, standing: standingOf(target, inventory, tokens) }));
  const of = (standing: string) => standings.filter((entry) => entry.standing === standing);
  say(`${of("restored").length} of ${count(standings.length, "attachment")} are linked as recorded.`);
  for (const { target } of of("elsewhere"))
    say(`${target.name} (${target.id}) was linked elsewhere meanwhile, and left there.`);
  for (const { target } of of("gone")) say(`${target.name} (${target.id}) is gone.`);
  const unlinked = of("unlinked");
  if (unlinked.length > 0) {
    say("NOT linked: do this by hand, with the repository that is named:");
    say(
      table(
        ["kind", "name", "repository"],
        unlinked.map(({ target }) => [target.kind, `${target.name} (${target.id})`, target.vcsRepo.identifier]),
      ),
    );
  }
  if (restoration.hadSshKey && !connection?.tokens.some(({ hasSshKey }) => hasSshKey)) {
    say("The SSH key is missing on the new token: set it in TFE, Settings, VCS Providers, or submodules fail.");
  }
  say("");
  say(
    "This repairs; it does not cure: the next burst of webhooks can race again. The lasting cure is a connection with a",
  );
  say(`personal access token: repoint inventory ${paths.key}, then repoint plan ${paths.key}`);
  return unlinked.length === 0;
}

function readRestoration(file: string): Restoration | undefined {
  const bytes = readIfPresent(file);
  if (bytes === undefined) return undefined;
  try {
    return Restoration.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new UsageError({
      rule: "restore/unreadable",
      file,
      message: "the record of a restoration that was begun cannot be read",
      fix: "do not delete it: it says what must be linked again. Compare it with inventory/, or use the Repoint that wrote it",
    });
  }
}

function minutes(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError("expected a number above 0");
  return number;
}
