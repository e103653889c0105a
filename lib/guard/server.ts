import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { systemClock } from "../http/pace";
import { proxyFor } from "../http/proxy";
import { trustedAuthorities } from "../http/trust";
import { masked } from "../util/secret";
import { readAddress, serviceOf } from "./address";
import { errorAnswer, give } from "./answer";
import type { GuardEvent } from "./event";
import type { ConsumerPages } from "./handed-consumers";
import type { GuardOptions } from "./options";
import { PassOn } from "./pass-on";
import { comparedWith } from "./same-secret";
import { GuardedService, type GuardSummary } from "./service";

export interface Guard {
  /** For `HTTP_PROXY` of the guarded program alone: it holds the guard's secret. */
  readonly proxyUrl: string;
  /** What the guarded program takes for the service `tfe.v2.2`: `http://HOST/api/v2/`. */
  readonly serviceUrl: string;
  summary(): GuardSummary;
  /** What it read of remote state consumers; nothing where every read is passed on. */
  consumers(): ConsumerPages;
  /** Lets no write pass any more; what is under way ends. `reason` is what each refusal then says. */
  stop(reason: string): void;
  /** Lets what is under way end, for {@link LAST_WORDS} at most, then ends. */
  close(): Promise<void>;
}

/** How long what is under way may take when the guard is closed, in milliseconds. */
const LAST_WORDS = 30_000;
/** Terraform's `-parallelism` is 10 by default, and each of them uses one. */
const CONNECTIONS = 512;

/**
 * Starts the guard: an HTTP proxy on loopback and a free port. It passes on reads of one service, and of its writes those that the
 * expectation names; other hosts it passes on unread. Whoever asks must know its secret and, for the service, carry the one token.
 *
 * @throws UsageError when the service cannot be guarded, or the environment's proxies or authorities cannot be used
 */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const service = serviceOf(options.upstream);
  // Said at once, and not by the first request.
  proxyFor(service.upstream, options.env);
  trustedAuthorities(options.env);
  const secret = randomBytes(24).toString("base64url");
  const isSecret = comparedWith(`Basic ${Buffer.from(`repoint:${secret}`).toString("base64")}`);
  const isToken = comparedWith(`Bearer ${options.upstream.token}`);
  const secrets = [secret, options.upstream.token, ...(options.pat === undefined ? [] : [options.pat])];
  const guarded = new GuardedService(
    {
      ...options,
      onEvent: (event) => options.onEvent(withoutSecrets(event, secrets)),
    },
    secrets,
    service.upstream,
    options.clock ?? systemClock,
  );
  const passOn = new PassOn(options.env);
  let underWay = 0;
  let onIdle: (() => void) | undefined;

  const knows = ({ headers }: IncomingMessage) => isSecret(headers["proxy-authorization"] ?? "");
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!knows(request)) {
      request.resume();
      const answer = errorAnswer(407, "not authorized", "This proxy serves only the program that it was started for.");
      give(response, {
        ...answer,
        headers: { ...answer.headers, "proxy-authenticate": 'Basic realm="repoint"', connection: "close" },
      });
      return;
    }
    const address = readAddress(request.url ?? "", service);
    switch (address.type) {
      case "wrong":
        request.resume();
        guarded.refuseAddress(request, response, address.reason);
        return;
      case "elsewhere":
        await passOn.request(address.url, request, response);
        return;
      case "service":
        await guarded.serve(address, request, response, isToken(request.headers.authorization ?? ""));
    }
  };

  const server = createServer((request, response) => {
    underWay += 1;
    handle(request, response)
      .catch((error: unknown) => {
        const said = masked(error instanceof Error ? error.message : String(error), secrets);
        give(response, errorAnswer(424, "not done", said));
      })
      .finally(() => {
        underWay -= 1;
        if (underWay === 0) onIdle?.();
      });
  });
  server.on("connect", (request, client, head) => {
    if (knows(request)) void passOn.tunnel(request.url ?? "", client, head);
    else refuse(client, '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="repoint"');
  });
  server.on("upgrade", (_request, client) => refuse(client, "403 Forbidden"));
  server.on("clientError", (_error, client) => refuse(client, "400 Bad Request"));
  server.maxConnections = CONNECTIONS;
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  // A connection that the guard ends while the provider begins to use it again would be a lost PATCH to the provider.
  server.keepAliveTimeout = 0;
  const port = await listen(server);

  return {
    proxyUrl: `http://repoint:${secret}@127.0.0.1:${port}`,
    serviceUrl: service.url.href,
    summary: () => guarded.summary(),
    consumers: () => guarded.consumers(),
    stop: (reason) => guarded.stop(reason),
    close: async () => {
      guarded.stop("the guard is being closed");
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      if (underWay > 0) {
        const idle = new Promise<void>((resolve) => {
          onIdle = resolve;
        });
        const patience = new AbortController();
        await Promise.race([idle, (options.clock ?? systemClock).sleep(LAST_WORDS, patience.signal)]);
        patience.abort();
      }
      await Promise.all([guarded.close(), passOn.close()]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(client: Duplex, head: string): void {
  client.on("error", () => client.destroy());
  if (client.writable) client.end(`HTTP/1.1 ${head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  else client.destroy();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the guard has no port"));
      else resolve(address.port);
    });
  });
}

/** A server may repeat what it was sent, and names may hold anything. */
function withoutSecrets(event: GuardEvent, secrets: readonly string[]): GuardEvent {
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, typeof value === "string" ? masked(value, secrets) : value]),
  ) as GuardEvent;
}
