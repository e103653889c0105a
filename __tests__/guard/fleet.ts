import { EXPECTATION_VERSION, type ExpectedLink, type GuardExpectation } from "../../lib/guard/expectation";
import { mergeInventory } from "../../lib/inventory/merge";
import { readOrganization } from "../../lib/inventory/read-organization";
import { TfeClient } from "../../lib/tfe/client";
import type { Sandbox } from "../../sandbox";
import type { Json } from "../sandbox/support";
import { patConnection, startCaller } from "../sandbox/support";
import type { Guarded } from "./support";

const paths = { workspace: "workspaces", "policy-set": "policy-sets", stack: "stacks" } as const;

/** A sandbox with a new connection, and what a run expects that re-points to it whatever is on the old one (but for modules). */
export interface Fleet {
  readonly sandbox: Sandbox;
  /** The new connection's token. */
  readonly token: string;
  readonly expectation: GuardExpectation;
  readonly links: readonly ExpectedLink[];
}

export async function startFleet(options: Parameters<typeof startCaller>[0] = {}): Promise<Fleet> {
  const caller = await startCaller(options);
  const { sandbox } = caller;
  const token = await patConnection(caller);
  const { hostname, tfe } = sandbox;
  const client = new TfeClient(
    { hostname, apiUrl: `${tfe.url}/api/v2/`, token: tfe.token, tokenSource: "TFE_TOKEN" },
    { requestsPerSecond: 1000 },
  );
  const { reading } = await readOrganization(client, hostname, "sandbox");
  await client.close();
  const inventory = mergeInventory(undefined, reading, new Date(0));
  const old = sandbox.organizations[0]?.oldConnection.tokenId;
  const links = inventory.resources.flatMap((record): ExpectedLink[] => {
    const { kind, id, name, vcsRepo } = record;
    if (kind === "registry-module" || vcsRepo === null || vcsRepo.oauthTokenId !== old) return [];
    const { oauthTokenId: _, ...link } = vcsRepo;
    return [
      { kind, id, name, path: `${paths[kind]}/${id}`, vcsRepo: link, to: token, reconnect: false, reviewed: record },
    ];
  });
  const expectation: GuardExpectation = {
    version: EXPECTATION_VERSION,
    basis: "reviewed-plan",
    hostname,
    organization: "sandbox",
    links,
    connection: null,
    projectLinks: [],
  };
  sandbox.log.clear();
  return { sandbox, token, expectation, links };
}

/** What the provider sends to re-point a workspace: most of what it read, `auto-destroy-at: null` among it. */
export function patchOf(shown: Json, token: string): unknown {
  const read = shown.data?.attributes as unknown as Record<string, unknown>;
  const repo = read["vcs-repo"] as Record<string, unknown>;
  const sent = [
    "name",
    "allow-destroy-plan",
    "auto-apply-run-trigger",
    "file-triggers-enabled",
    "global-remote-state",
    "queue-all-runs",
    "speculative-enabled",
    "structured-run-output-enabled",
    "working-directory",
    "terraform-version",
  ];
  return {
    data: {
      type: "workspaces",
      attributes: {
        ...Object.fromEntries(sent.map((name) => [name, read[name] ?? ""])),
        "auto-destroy-at": null,
        "vcs-repo": {
          identifier: repo.identifier,
          branch: repo.branch ?? "",
          "ingress-submodules": repo["ingress-submodules"],
          "tags-regex": repo["tags-regex"] ?? "",
          "github-app-installation-id": "",
          "oauth-token-id": token,
        },
      },
    },
  };
}

export const read = ({ ask }: Guarded, id: string) => ask("GET", `workspaces/${id}?include=effective_tag_bindings`);

/** Re-points a workspace as the provider does: reads it, changes it, reads it. */
export async function repoint(guarded: Guarded, id: string, token: string) {
  const before = await read(guarded, id);
  const patched = await guarded.ask("PATCH", `workspaces/${id}`, { body: patchOf(before.body, token) });
  const after = await read(guarded, id);
  return { before, patched, after };
}

/** A server's writes: method, path, body. */
export const writesOf = ({ log }: Sandbox) =>
  log.writes.map(({ method, path, body }) => [
    method,
    path.replace("/api/v2/", ""),
    body === "" ? "" : JSON.parse(body),
  ]);
