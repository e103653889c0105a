import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectWrites } from "../../lib/guard/expect-writes";
import { Known } from "../../lib/guard/known";
import type { GuardRequest } from "../../lib/guard/ruling";
import { Inventory } from "../../lib/inventory/schema";
import { planMigration } from "../../lib/migration/migration";
import { waveOrder } from "../../lib/migration/waves";
import { connection, organization } from "../migration/fixtures";
import { PAT, request } from "./facts";

export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

export interface Captured {
  /** What `repoint apply` and `repoint rollback` sent to the sandbox, with `hashicorp/tfe` 0.79 and registry modules over the API. */
  readonly forward: readonly Sent[];
  readonly back: readonly Sent[];
  /** Answers to GETs before the apply. */
  readonly readings: Readonly<Record<string, unknown>>;
  readonly inventory: unknown;
}

export const OLD_TOKEN = "ot-SandboxOAuth0001";
const OLD_CONNECTION = "oc-SandboxOAuth0001";
const text = readFileSync(join(__dirname, "fixtures", "provider-0.79.json"), "utf8");
export const captured: Captured = JSON.parse(text);
export const made =
  captured.forward.find(({ target }) => target.endsWith("/relationships/projects"))?.target.split("/")[1] ?? "";
export const newToken = /ot-22\w+/.exec(captured.forward.at(-1)?.body ?? "")?.[0] ?? "";

const projectsLinked = Inventory.parse(captured.inventory).ownConnections[0]?.projectIds ?? [];

const organizationFile = organization({
  file: "organizations/sandbox.yaml",
  hostname: "tfe.sandbox.test",
  organization: "sandbox",
  connection: {
    name: "GitLab (PAT)",
    scope: { projects: projectsLinked },
    agentPool: undefined,
    existing: undefined,
    tokenVariable: "gitlab_pat",
  },
  from: [OLD_CONNECTION],
  terraform: { provider: "~> 0.80.0" },
  allowAutoDestroyReset: true,
});

const read = Inventory.parse(captured.inventory);
/** As 0.80 would have it, which re-points registry modules too: with the request that `repoint apply` sent for them. */
const inventory: Inventory = {
  ...read,
  resources: read.resources.map((record) => ({ ...record, adopted: true })),
};
export const forward = expectWrites(planMigration(organizationFile, inventory), inventory);

/** The inventory after the apply. */
const after: Inventory = {
  ...inventory,
  connections: [
    ...inventory.connections,
    connection({ connection: made, token: newToken }, "GitLab (PAT)", {
      organizationScoped: false,
      projectIds: projectsLinked,
    }),
  ],
  ownConnections: inventory.ownConnections.map((own) => ({ ...own, id: made })),
  resources: inventory.resources.map((record) =>
    record.vcsRepo?.oauthTokenId === OLD_TOKEN
      ? { ...record, vcsRepo: { ...record.vcsRepo, oauthTokenId: newToken } }
      : record,
  ),
};
export const back = expectWrites(
  planMigration(organizationFile, after, { back: new Set(waveOrder(organizationFile)) }),
  after,
);

export function known(readings: Readonly<Record<string, unknown>>): Known {
  const found = new Known("sandbox");
  for (const [target, body] of Object.entries(readings))
    found.learn({
      method: "GET",
      target,
      status: 200,
      body,
      sentAt: 1,
      answeredAt: 2,
    });
  return found;
}

/** The captured readings as they were after the apply. */
export const movedReadings: Captured["readings"] = JSON.parse(
  JSON.stringify(captured.readings).replaceAll(`"oauth-token-id":"${OLD_TOKEN}"`, `"oauth-token-id":"${newToken}"`),
);

/** A captured request as it came to the guard, with the token of these tests. */
export const asItCame = ({ method, target, body }: Sent): GuardRequest =>
  request(method, target, body.replaceAll('"PAT"', `"${PAT}"`));

/** Tells that the new connection was made: its answer is learned. */
export function makeConnection(memory: Known): void {
  const data = {
    id: made,
    type: "oauth-clients",
    relationships: { "oauth-tokens": { data: [{ id: newToken, type: "oauth-tokens" }] } },
  };
  memory.sending({ kind: "connection", id: null, name: "GitLab (PAT)" });
  memory.learn({
    method: "POST",
    target: "organizations/sandbox/oauth-clients",
    status: 201,
    body: { data },
    sentAt: 3,
    answeredAt: 4,
  });
}
