import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson } from "../../cli/print";
import { count, table } from "../../cli/table";
import { UsageError } from "../../errors";
import type { Inventory } from "../../inventory/schema";
import { kinds, resourceKinds } from "../../kinds";
import { isWorkspace } from "../../kinds/workspace";
import type { Migration } from "../../migration/migration";
import { onOldConnection } from "../../migration/select";
import { coveredWaves } from "../../migration/waves";
import type { Organization } from "../../organization/organization";
import type { Text } from "../../util/plain-text";
import { openContext, type ProjectOptions, ROOT_OPTION, sayOn, withLock } from "../shared/context";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { type Refreshed, refreshInventory } from "../shared/refresh-inventory";
import { skippedKinds } from "../shared/skipped-kinds";
import { type FoundLost, findLostLinks, lostLinkLines, requireNewFile, writeLinksFile } from "./lost-links";

interface Options extends ProjectOptions {
  readonly json?: boolean;
  readonly findLost?: string;
  readonly newBaseline?: boolean;
}

/** `repoint inventory ORG`: records an organization's connections and everything that uses them. */
export function inventoryCommand(io: Io): Command {
  return new Command("inventory")
    .description("record an organization's connections and everything that uses them, in inventory/ORG.json")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option(
      "--find-lost <file>",
      "look closer for workspaces that have lost their link, and write them to a new file for repoint restore --links",
    )
    .option("--new-baseline", "start again after the inventory was lost; earlier moves can then no longer be undone")
    .option("--json", "print what was found as one JSON object")
    .action(async (name: string, options: Options) => {
      const opened = openContext(io, name, options);
      // What is said on the way is no part of the JSON.
      const context = options.json === true ? { ...opened, say: sayOn(io.stderr) } : opened;
      // An apply that runs meanwhile records first sights of its own, which saving an older reading would lose.
      const { findLost } = options;
      if (findLost !== undefined) {
        requireNewFile(context, findLost);
        refuseMalformedTokens(context);
      }
      const { refreshed, found } = await withLock(context, `repoint inventory ${name}`, async () => {
        const read = await refreshInventory(context, { newBaseline: options.newBaseline === true });
        return { refreshed: read, found: await findLostLinks(context, read, findLost !== undefined) };
      });
      if (findLost !== undefined) await writeLinksFile(context, findLost, found.lost, refreshed.webhookUrls);
      const problems = refreshed.migration.connections.errors;
      const report = reportOf(context.organization, refreshed, found, context.paths.key);
      if (options.json === true) printJson(io.stdout, report);
      else print(io.stdout, ...printed(report, problems.length === 0, findLost));
      if (problems.length > 0) throw new UsageError(problems);
    });
}

function reportOf(organization: Organization, refreshed: Refreshed, found: FoundLost, key: string) {
  const { before, inventory, migration, adopted, crossChecks, requests } = refreshed;
  const fresh = new Set(migration.roles.newConnections.map(({ id }) => id));
  const connections = inventory.connections.map((connection) => {
    const tokens = new Set(connection.tokens.map(({ id }) => id));
    const on = inventory.resources.filter(
      ({ vcsRepo, gone }) => !gone && vcsRepo?.oauthTokenId != null && tokens.has(vcsRepo.oauthTokenId),
    );
    const role = organization.from.includes(connection.id) ? "old" : fresh.has(connection.id) ? "new" : "";
    return {
      id: connection.id,
      name: connection.name,
      serviceProvider: connection.serviceProvider,
      role,
      gone: connection.gone,
      hasSshKey: connection.tokens.some(({ hasSshKey }) => hasSshKey),
      resources: Object.fromEntries(resourceKinds.map((kind) => [kind, on.filter((a) => a.kind === kind).length])),
    };
  });
  return {
    organization: inventory.organization,
    hostname: inventory.hostname,
    file: `inventory/${key}.json`,
    key,
    changed: before === undefined || before.changedAt !== inventory.changedAt,
    changes: changesOf(
      before,
      inventory,
      tokensOf(inventory, (id) => fresh.has(id)),
      tokensOf(inventory, (id) => organization.from.includes(id)),
    ),
    connections,
    adopted,
    ...coverage(migration),
    workspaces: inventory.resources.filter((one) => isWorkspace(one) && !one.gone).length,
    unavailableKinds: inventory.unavailableKinds,
    crossChecks: crossChecks.map((check) => ({ ...check, agree: check.found === check.counted })),
    warnings: migration.warnings,
    stackComponents: inventory.stackComponents.map(({ id, name, vcsRepo }) => {
      const on = inventory.connections.find(({ tokens }) => tokens.some((token) => token.id === vcsRepo.oauthTokenId));
      return { id, name, connectionId: on?.id ?? null, old: on !== undefined && organization.from.includes(on.id) };
    }),
    lostLinks: found.lost,
    lostLinksUnread: found.unread ?? null,
    requests: requests + found.requests,
  };
}
type Report = ReturnType<typeof reportOf>;

/** What was first seen on an old connection, and what of it the next plan takes by the organization's file. */
function coverage({ organization, inventory, status: { waves } }: Migration) {
  const covered = coveredWaves(organization);
  const sum = (some: typeof waves, of: "total" | "moved") => some.reduce((all, wave) => all + wave[of], 0);
  const reached = waves.filter(({ name }) => covered.has(name));
  return {
    firstSeenOnOld: inventory.resources.filter((record) => onOldConnection(organization, inventory, record)).length,
    covered: sum(reached, "total"),
    coveredAndMoved: sum(reached, "moved"),
    through: organization.through ?? null,
  };
}

function coverageText({ firstSeenOnOld, covered, coveredAndMoved, through }: Report): string {
  const upTo = through === null ? "" : ` (through: ${through})`;
  const moved = coveredAndMoved > 0 ? `, ${coveredAndMoved} of them already moved` : "";
  return `Of ${count(firstSeenOnOld, "resource")} of the old connection, the organization's file now covers ${covered}${upTo}${moved}.`;
}

function tokensOf(inventory: Inventory, wanted: (connectionId: string) => boolean): ReadonlySet<string> {
  return new Set(
    inventory.connections.flatMap(({ id, tokens }) => (wanted(id) ? tokens.map((token) => token.id) : [])),
  );
}

/** What is another now than at the last reading. */
function changesOf(
  before: Inventory | undefined,
  after: Inventory,
  newTokens: ReadonlySet<string>,
  oldTokens: ReadonlySet<string>,
) {
  const known = new Map(before?.resources.map((record) => [record.id, record]));
  const added = after.resources.filter(({ id }) => !known.has(id)).length;
  const gone = after.resources.filter(({ id, gone: is }) => is && known.get(id)?.gone === false).length;
  const changed = after.resources.filter(
    ({ id, vcsRepo }) => known.has(id) && known.get(id)?.vcsRepo?.oauthTokenId !== vcsRepo?.oauthTokenId,
  );
  const on = (tokens: ReadonlySet<string>) => changed.filter(({ vcsRepo }) => tokens.has(vcsRepo?.oauthTokenId ?? ""));
  const [toNew, toOld] = [on(newTokens), on(oldTokens)];
  return {
    added,
    gone,
    toNew: toNew.length,
    toOld: toOld.map(({ name }) => name),
    otherwise: changed.length - toNew.length - toOld.length,
  };
}
type Changes = ReturnType<typeof changesOf>;

function changesText({ added, gone, toNew, toOld, otherwise }: Changes): string {
  return [
    `${added} new`,
    `${toNew} re-pointed`,
    ...(toOld.length > 0 ? [`${toOld.length} moved to an old connection`] : []),
    ...(otherwise > 0 ? [`${otherwise} moved to another connection or none`] : []),
    `${gone} gone`,
  ].join(", ");
}

/** At most this many names are shown. */
const NAMES = 10;

/** `ready`: the old connections are as the organization file says, so there is a next step. */
function printed(report: Report, ready: boolean, findLost: string | undefined): readonly Text[] {
  const rows = report.connections.map((connection) => [
    connection.id,
    connection.name ?? connection.serviceProvider,
    connection.gone ? `${connection.role} (gone)`.trim() : connection.role,
    ...resourceKinds.map((kind) => connection.resources[kind] ?? 0),
    connection.hasSshKey ? "yes" : "",
  ]);
  const header = ["connection", "name", "", ...kinds.map(({ words }) => `${words}s`), "SSH key"];
  const lines: Text[] = [
    `${report.organization} on ${report.hostname}: ${count(report.workspaces, "workspace")}`,
    "",
    ...table(header, rows),
    "",
  ];
  for (const check of report.crossChecks) {
    if (check.agree) continue;
    lines.push(
      `WARNING  TFE counts ${count(check.counted, "affected workspace")} on ${check.connectionId}, but ${check.found} were found. Either something changed`,
      "         meanwhile, or the token cannot see every workspace. Run it again; if the counts still differ, use an owner's token.",
    );
  }
  if (report.crossChecks.length > 0 && report.crossChecks.every(({ agree }) => agree)) {
    lines.push("TFE's own count of affected workspaces agrees for every connection.");
  }
  lines.push(...skippedKinds(report));
  for (const warning of report.warnings) lines.push(`NOTE     ${warning}`);
  const { toOld } = report.changes;
  if (toOld.length > 0) {
    const more = toOld.length > NAMES ? ` and ${toOld.length - NAMES} more` : "";
    lines.push(
      `NOTE     now on an old connection, unlike at the last reading: ${toOld.slice(0, NAMES).join(", ")}${more}`,
    );
  }
  lines.push(...lostLinkLines(report.lostLinks, report.key, findLost));
  if (report.lostLinksUnread !== null)
    lines.push(
      `NOTE     workspaces without a VCS link were not searched for signs of an earlier one: ${report.lostLinksUnread}`,
    );
  if (findLost !== undefined && report.lostLinks.length === 0)
    lines.push(
      `No workspace without a VCS link shows signs of an earlier one; ${findLost} lists what GitLab's webhooks show.`,
    );
  const components = report.stackComponents.filter(({ old }) => old);
  if (components.length > 0) {
    const names = components.map(({ name, id }) => `${name} (${id})`).join(", ");
    lines.push(
      `NOTE     ${count(components.length, "Stack component")} on an old connection, which no API re-points: ${names}`,
    );
  }
  lines.push(
    report.changed
      ? `${report.file} written: ${changesText(report.changes)} since the last reading.`
      : `${report.file} is unchanged.`,
    coverageText(report),
    `Nothing in TFE was changed (${count(report.requests, "request")}, all of them GET).`,
  );
  if (ready) lines.push("", `Next: commit ${report.file}, then repoint plan ${report.key}`);
  return lines;
}
