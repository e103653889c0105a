import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../../lib/http/pace";
import { TfeClient, type TfeClientOptions } from "../../lib/tfe/client";

export const TOKEN = "aaaaaaaaaaaaaa.atlasv1.SECRETsecretSECRETsecretSECRETsecret";

/** Time that passes only when somebody sleeps; `slept` is how long each time. */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  private at = 0;

  now(): number {
    return this.at;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.at += milliseconds;
  }
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the server does with one request; a function does it by itself. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

export const drop: Reply = (response) => void response.socket?.destroy();
export const truncate: Reply = (response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write('{"data":');
  response.socket?.end();
};
/** Whole by its length, but not JSON, as from a proxy in the middle of a restart. */
export const halfJson: Reply = (response) => void response.end('{"data":');

/** A server that gives these replies in turn, the last one for ever; its client and all that happened. */
export interface Conversation {
  readonly client: TfeClient;
  readonly received: Received[];
  readonly retries: string[];
  readonly clock: FakeClock;
  close(): Promise<void>;
}

export async function converse(replies: readonly Reply[], options: TfeClientOptions = {}): Promise<Conversation> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      received.push({ method, url, headers, body });
      const reply = replies[Math.min(received.length, replies.length) - 1];
      if (typeof reply === "function") return reply(response);
      response.writeHead(reply?.status ?? 200, reply?.headers);
      response.end(reply?.body === undefined ? "" : JSON.stringify(reply.body));
    });
  });
  const port = await listen(server);
  const clock = new FakeClock();
  const retries: string[] = [];
  const client = new TfeClient(
    {
      hostname: "tfe.example.com",
      apiUrl: `http://127.0.0.1:${port}/api/v2/`,
      token: TOKEN,
      tokenSource: "TFE_TOKEN",
    },
    { clock, random: () => 1, onRetry: (line) => void retries.push(line), ...options },
  );
  return {
    client,
    received,
    retries,
    clock,
    close: async () => {
      await client.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
