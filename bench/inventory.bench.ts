import { readOrganization } from "../lib/inventory/read-organization";
import { TfeClient } from "../lib/tfe/client";
import { startSandbox } from "../sandbox";
import type { Measurement } from "./measurement";

const WORKSPACES = 10_000;
/** TFE's limit for a user, which the sandbox keeps too. */
const PER_SECOND = 30;

/** Reading an organization of 10,000 workspaces at TFE's rate limit, beside the least time that the limit allows. */
export async function run(): Promise<readonly Measurement[]> {
  const sandbox = await startSandbox({ fleet: WORKSPACES, requestsPerSecond: PER_SECOND });
  const client = new TfeClient({
    hostname: sandbox.hostname,
    apiUrl: `${sandbox.tfe.url}/api/v2/`,
    token: sandbox.tfe.token,
    tokenSource: "the sandbox",
  });
  try {
    const start = performance.now();
    const { reading } = await readOrganization(client, sandbox.hostname, "sandbox");
    const seconds = (performance.now() - start) / 1000;
    if (reading.resources.length !== WORKSPACES) throw new Error(`${reading.resources.length} workspaces were read`);
    // What had to be asked, each once: a client that is refused more often must not look faster for it.
    const needed = new Set(sandbox.log.entries.map(({ method, path, query }) => JSON.stringify([method, path, query])));
    const refused = sandbox.log.matching({ status: 429 }).length;
    const least = needed.size / PER_SECOND;
    return [
      { name: `inventory of ${WORKSPACES} workspaces, ${needed.size} requests needed`, value: seconds, unit: "s" },
      {
        name: "inventory: as a multiple of requests needed / 30 a second",
        value: seconds / least,
        unit: "×",
        aim: 1.15,
      },
      { name: "inventory: requests that the rate limit refused", value: refused, unit: "" },
    ];
  } finally {
    await client.close();
    await sandbox.close();
  }
}
