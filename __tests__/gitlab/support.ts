import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { GitlabApi } from "../../lib/gitlab/api";
import { GitlabClient } from "../../lib/gitlab/client";
import { FakeClock, listen } from "../tfe/support";

export const TOKEN = "glpat-SECRETsecretSECRET";

/** What the server does with a request, by its path and query below `/api/v4/`. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly drop?: boolean;
  readonly gzip?: boolean;
}

export interface Gitlab {
  readonly api: GitlabApi;
  readonly url: string;
  readonly asked: { readonly path: string; readonly token: unknown }[];
  readonly clock: FakeClock;
  close(): Promise<void>;
}

/** A GitLab that answers as told, and its client. */
export async function gitlab(
  answer: (path: string) => Reply,
  options: ConstructorParameters<typeof GitlabClient>[2] = {},
): Promise<Gitlab> {
  const asked: { path: string; token: unknown }[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/^\/api\/v4\//, "");
    asked.push({ path, token: request.headers["private-token"] });
    const { status = 200, headers, body = "", drop, gzip } = answer(path);
    if (drop === true) return void response.socket?.destroy();
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, {
      "content-type": typeof body === "string" ? "text/plain" : "application/json",
      ...(gzip === true ? { "content-encoding": "gzip" } : {}),
      ...headers,
    });
    response.end(gzip === true ? gzipSync(text) : text);
  });
  const url = `http://127.0.0.1:${await listen(server)}/api/v4`;
  const clock = new FakeClock();
  const client = new GitlabClient(url, TOKEN, { clock, random: () => 1, transport: { env: {} }, ...options });
  return {
    api: new GitlabApi(client),
    url,
    asked,
    clock,
    close: async () => {
      await client.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
