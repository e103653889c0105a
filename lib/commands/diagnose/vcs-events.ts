import type { Io } from "../../cli/io";
import { type InputFacts, readChunks } from "../../diagnose";
import { VCS_EVENTS, vcsEventLine } from "../../diagnose/lines/vcs-event";
import { ExternalError } from "../../errors";
import { loadInventory } from "../../inventory/inventory-file";
import { organizationKey } from "../../organization/key";
import { hasOrganizationFiles, loadOrganization } from "../../organization/load";
import { listVcsErrors } from "../../tfe/api";
import { withTfe } from "../shared/refresh-inventory";

/** HCP Terraform's own address. */
const HCP_TERRAFORM = "app.terraform.io";

interface Asked {
  readonly hostname: string;
  readonly organization: string;
  /** The connections whose errors are wanted; none for those of all. */
  readonly connections: readonly string[];
}

/**
 * What HCP Terraform logged of an organization's connections as errors in the last 10 days, as a log to diagnose ("VCS events API").
 *
 * @param name of its organization file, which names the host and the connections; or of an organization that has none yet
 * @param hostname for one without a file. @default HCP Terraform's
 * @throws ExternalError where the server has no such list, or does not give it
 */
export async function readVcsEvents(io: Io, name: string, hostname?: string): Promise<readonly InputFacts[]> {
  const { hostname: host, organization, connections } = whatToAsk(io.cwd, name, hostname);
  const listed = await withTfe({ io, organization: { hostname: host } }, (client, progress) =>
    listVcsErrors(client, organization, { connections, until: new Date() }, (done, total) =>
      progress.step("VCS events", done, total),
    ),
  );
  if (listed === undefined) {
    throw new ExternalError(`${host} has no VCS events of ${organization} (404)`, {
      fix: "HCP Terraform keeps them, for who may manage VCS settings; of Terraform Enterprise, give its logs: repoint diagnose LOGS",
    });
  }
  const lines = listed.data.map(vcsEventLine).sort();
  const inputs = await readChunks(`VCS events of ${organization}`, chunks(lines));
  // Of an empty list, too, it is known what it is.
  return inputs.map((facts) => ({ ...facts, kinds: [VCS_EVENTS] }));
}

function whatToAsk(root: string, name: string, hostname: string | undefined): Asked {
  if (hostname !== undefined || !hasOrganizationFiles(root))
    return { hostname: hostname ?? HCP_TERRAFORM, organization: name, connections: [] };
  const organization = loadOrganization(root, name);
  const known = loadInventory(root, organizationKey(organization))?.connections ?? [];
  const gitlab = known.filter(({ gone, serviceProvider }) => !gone && /gitlab/.test(serviceProvider));
  return {
    hostname: organization.hostname,
    organization: organization.organization,
    connections: [...new Set([...organization.from, ...gitlab.map(({ id }) => id)])],
  };
}

async function* chunks(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
