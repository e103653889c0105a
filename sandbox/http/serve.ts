import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Faults } from "./faults";
import type { RequestLog } from "./log";

/** A request, whole. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An answer; `undefined` as a body sends none. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default application/json */
  readonly contentType?: string;
  /** No route was found: the request is marked in the log. */
  readonly unknownRoute?: boolean;
}

export interface ServeOptions {
  readonly name: "tfe" | "gitlab";
  readonly port: number;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly handle: (request: Received) => Reply | Promise<Reply>;
  /** Paths that are neither logged nor faulted: the sandbox's own control. */
  readonly control?: string;
  readonly onUnknownRoute?: (line: string) => void;
}

/** Serves one of the sandbox's two sides on the loopback interface. */
export async function serve(options: ServeOptions): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      process.stderr.write(`sandbox: ${request.method} ${request.url}: ${String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function answer(options: ServeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await receive(request);
  const { method, path, query, body } = received;
  if (options.control !== undefined && path.startsWith(options.control)) {
    send(response, await options.handle(received));
    return;
  }
  const entry = options.log.add({ server: options.name, method, path, query: Object.fromEntries(query), body });
  const fault = options.faults.take(options.name, method, path);
  if (fault !== undefined && "drop" in fault) {
    response.socket?.destroy();
    return;
  }
  if (fault !== undefined && "delayMs" in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  const reply = fault === undefined ? undefined : faulty(fault);
  const answered = reply ?? (await options.handle(received));
  entry.status = answered.status;
  if (answered.unknownRoute === true) {
    entry.unknownRoute = true;
    options.onUnknownRoute?.(`no route: ${options.name} ${method} ${path} ${body}`);
  }
  send(response, answered, fault !== undefined && "truncate" in fault);
}

function faulty(fault: object): Reply | undefined {
  if ("status" in fault && typeof fault.status === "number") {
    return { status: fault.status, body: { errors: [{ status: String(fault.status), title: "scripted fault" }] } };
  }
  if ("rateLimit" in fault) {
    return {
      status: 429,
      body: { errors: [{ status: "429", title: "Too many requests" }] },
      headers: {
        "X-RateLimit-Limit": "30",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": String(fault.rateLimit),
      },
    };
  }
  return undefined;
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://sandbox");
  return {
    method: (request.method ?? "GET").toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function send(response: ServerResponse, reply: Reply, truncate = false): void {
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const headers: Record<string, string> = { ...reply.headers };
  if (text !== "") headers["Content-Type"] = reply.contentType ?? "application/json";
  if (!truncate) {
    response.writeHead(reply.status, { ...headers, "Content-Length": String(Buffer.byteLength(text)) }).end(text);
    return;
  }
  // Half of what was promised, then the connection ends.
  response.writeHead(reply.status, { ...headers, "Content-Length": String(Buffer.byteLength(text)) });
  response.write(text.slice(0, Math.floor(text.length / 2)));
  setImmediate(() => response.socket?.destroy());
}
