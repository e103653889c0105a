import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../sandbox";

/**
 * Re-points workspaces as the fullest peer does: it lists them, and sends one PATCH after the other. No plan, no check, no proof.
 *
 * @returns how long it took, in seconds
 */
export async function repointOneByOne(sandbox: Sandbox, from: string, to: string): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const send = (method: string, path: string, body?: unknown) => ask(agent, sandbox, method, path, body);
  const start = performance.now();
  try {
    const moving: Linked[] = [];
    for (let page: number | null = 1; page !== null; ) {
      const list: Page = JSON.parse(
        await send(
          "GET",
          `organizations/${sandbox.organizations[0]?.name}/workspaces?page[size]=100&page[number]=${page}`,
        ),
      );
      moving.push(...list.data.filter(({ attributes }) => attributes["vcs-repo"]?.["oauth-token-id"] === from));
      page = list.meta.pagination["next-page"];
    }
    for (const { id } of moving) {
      const attributes = { "vcs-repo": { "oauth-token-id": to } };
      await send("PATCH", `workspaces/${id}`, { data: { type: "workspaces", id, attributes } });
    }
    return (performance.now() - start) / 1000;
  } finally {
    agent.destroy();
  }
}

interface Linked {
  readonly id: string;
  readonly attributes: { readonly "vcs-repo": { readonly "oauth-token-id": string } | null };
}
interface Page {
  readonly data: readonly Linked[];
  readonly meta: { readonly pagination: { readonly "next-page": number | null } };
}

/** Waits where the server says 429, for as long as it says. */
async function ask(agent: Agent, sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<string> {
  for (;;) {
    const { status, text, reset } = await once(agent, sandbox, method, path, body);
    if (status < 300) return text;
    if (status !== 429) throw new Error(`${method} ${path}: ${status} ${text}`);
    await sleep(reset * 1000);
  }
}

function once(agent: Agent, { tfe }: Sandbox, method: string, path: string, body: unknown) {
  const headers = { authorization: `Bearer ${tfe.token}`, "content-type": "application/vnd.api+json" };
  return new Promise<{ status: number; text: string; reset: number }>((resolve, reject) => {
    const sent = request(`${tfe.url}/api/v2/${path}`, { method, agent, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      const reset = Number(response.headers["x-ratelimit-reset"] ?? 1);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, reset }));
    });
    sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
