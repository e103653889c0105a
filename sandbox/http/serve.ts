import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Fault, Faults } from "./faults";
import type { RequestLog } from "./log";
import { type Received, receive } from "./receive";
import { type Reply, send } from "./reply";

export type { Received } from "./receive";
export type { Reply } from "./reply";

export interface ServeOptions {
  readonly name: "tfe" | "gitlab";
  /** 0 for a free one. */
  readonly port: number;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly handle: (request: Received) => Reply | Promise<Reply>;
  /** Paths that are neither logged nor faulted: the sandbox's own control. */
  readonly control?: string;
  readonly onUnknownRoute?: (line: string) => void;
}

/** One of the sandbox's two servers, on the loopback interface. */
export interface Serving {
  readonly url: string;
  /** Ends every connection, listens to nobody for that long, and then again at the same address. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error when the port cannot be had */
export async function serve(options: ServeOptions): Promise<Serving> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      if (response.socket?.destroyed !== false) return;
      process.stderr.write(`sandbox: ${request.method} ${request.url}: ${detailOf(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    restart: async (downMs) => {
      await close();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await listen(server, port);
    },
    close,
  };
}

const detailOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no port"));
      else resolve(address.port);
    });
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
    request.socket.destroy();
    return;
  }
  if (fault !== undefined && "delayMs" in fault && !(await waited(fault.delayMs, response))) return;
  const ignored = fault !== undefined && "ignore" in fault ? { method: "GET", body: "" } : {};
  const reply = scripted(options.name, fault) ?? (await options.handle({ ...received, ...ignored }));
  entry.status = reply.status;
  if (reply.unknownRoute === true) {
    entry.unknownRoute = true;
    options.onUnknownRoute?.(`no route: ${options.name} ${method} ${path}${body === "" ? "" : ` ${body}`}`);
  }
  if (fault !== undefined && "lose" in fault) request.socket.destroy();
  else send(response, reply, fault !== undefined && "truncate" in fault);
}

/** Whether the connection outlived the wait; one that ended before it did asked for nothing. */
function waited(ms: number, response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const ended = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      response.off("close", ended);
      resolve(true);
    }, ms);
    response.once("close", ended);
  });
}

/** The answer that a fault gives instead of the server's own, in that server's own shape. */
function scripted(server: ServeOptions["name"], fault: Fault | undefined): Reply | undefined {
  if (fault === undefined) return undefined;
  if ("answer" in fault) return fault.answer;
  if ("status" in fault) {
    const { status, retryAfter } = fault;
    const reply = server === "tfe" ? refusal(status, "scripted fault") : gitlabRefusal(status);
    return retryAfter === undefined ? reply : { ...reply, headers: { "Retry-After": String(retryAfter) } };
  }
  if (!("rateLimit" in fault)) return undefined;
  return server === "tfe" ? tfeLimit(String(fault.rateLimit)) : gitlabLimit(fault.rateLimit);
}

const tfeLimit = (seconds: string): Reply => ({
  ...refusal(429, "Too many requests"),
  headers: {
    "Retry-After": seconds,
    "X-RateLimit-Limit": "30",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": seconds,
  },
});

/** GitLab's limits answer in plain text ("User and IP rate limits", "Response headers"). */
function gitlabLimit(seconds: number): Reply {
  const reset = Math.ceil(Date.now() / 1000) + seconds;
  return {
    status: 429,
    text: "Retry later\n",
    headers: {
      "RateLimit-Limit": "60",
      "RateLimit-Name": "throttle_authenticated_api",
      "RateLimit-Observed": "67",
      "RateLimit-Remaining": "0",
      "RateLimit-Reset": String(reset),
      "RateLimit-ResetTime": new Date(reset * 1000).toUTCString(),
      "Retry-After": String(seconds),
    },
  };
}

/** Grape answers `{"message": "404 Not Found"}`; what stands before GitLab, and not its API, answers that it is not there. */
function gitlabRefusal(status: number): Reply {
  if (status >= 502 && status <= 504) return { status, text: `${status} ${STATUS_CODES[status]}\n` };
  return { status, body: { message: `${status} ${STATUS_CODES[status] ?? "Error"}` } };
}

const refusal = (status: number, title: string): Reply => ({
  status,
  body: { errors: [{ status: String(status), title }] },
});
