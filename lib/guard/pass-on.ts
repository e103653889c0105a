import * as http from "node:http";
import * as https from "node:https";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, type Dispatcher, ProxyAgent, stream } from "undici";
import { messageOf } from "../http/failure";
import { proxyFor, proxyName, type WebProxy } from "../http/proxy";
import { addressOf } from "../http/transport";
import { trustedAuthorities } from "../http/trust";
import { errorAnswer, give } from "./answer";
import { connectBySocks, type SocksTarget } from "./socks";

/** What belongs to one connection and goes no further (RFC 9110, 7.6.1), the guard's own secret among it. */
const OF_THE_CONNECTION = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** How long nothing may come, in milliseconds. */
const IDLE = 60_000;

/**
 * Passes on what is not for the guarded service, unread, the way that it would have gone without a guard: by the user's own proxy
 * settings.
 */
export class PassOn {
  private readonly agents = new Map<string, Dispatcher>();
  private readonly tunnels = new Set<Duplex>();

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** A request for an http:// address. */
  async request(url: URL, incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const abort = new AbortController();
    response.once("close", () => abort.abort());
    try {
      const hasBody =
        incoming.headers["content-length"] !== undefined || incoming.headers["transfer-encoding"] !== undefined;
      await stream(
        url,
        {
          method: (incoming.method ?? "GET") as Dispatcher.HttpMethod,
          headers: travelling(incoming.headers),
          body: hasBody ? incoming : null,
          dispatcher: this.agentFor(proxyFor(url, this.env)),
          signal: abort.signal,
        },
        ({ statusCode, headers }) => response.writeHead(statusCode, travelling(headers)),
      );
    } catch (error) {
      if (response.headersSent) response.destroy();
      else give(response, errorAnswer(424, "another host", `${url.host} does not answer: ${messageOf(error)}`));
    }
  }

  /** A tunnel (`CONNECT HOST:PORT`). */
  async tunnel(authority: string, client: Duplex, head: Buffer): Promise<void> {
    this.tunnels.add(client);
    client.on("error", () => client.destroy());
    client.once("close", () => this.tunnels.delete(client));
    let upstream: Socket;
    try {
      upstream = await this.reach(new URL(`https://${authority}`));
    } catch {
      client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    if (client.destroyed) return void upstream.destroy();
    this.tunnels.add(upstream);
    upstream.once("close", () => this.tunnels.delete(upstream));
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) upstream.write(head);
    // Either end may go away at any moment.
    await pipeline(client, upstream, client).catch(() => {});
  }

  /** Ends at once: what is under way fails. */
  async close(): Promise<void> {
    for (const each of this.tunnels) each.destroy();
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private agentFor(proxy: WebProxy | undefined): Dispatcher {
    const key = proxy?.url.href ?? "";
    const known = this.agents.get(key);
    if (known !== undefined) return known;
    const common = { headersTimeout: IDLE, bodyTimeout: IDLE };
    const agent =
      proxy === undefined
        ? new Agent(common)
        : new ProxyAgent({ ...common, ...addressOf(proxy), proxyTunnel: false, proxyTls: this.trust() });
    this.agents.set(key, agent);
    return agent;
  }

  private async reach(target: URL): Promise<Socket> {
    const port = Number(target.port === "" ? 443 : target.port);
    const hostname = bare(target.hostname);
    const proxy = proxyFor(target, this.env);
    if (proxy === undefined) return direct(hostname, port);
    if (proxy.url.protocol === "socks5:") return bySocks(proxy, { host: hostname, port });
    return this.through(proxy, `${target.hostname}:${port}`);
  }

  private through(proxy: WebProxy, authority: string): Promise<Socket> {
    const { protocol, hostname, port, username, password } = proxy.url;
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const options = {
      host: bare(hostname),
      port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      method: "CONNECT",
      path: authority,
      headers: {
        host: authority,
        ...(pair === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` }),
      },
      timeout: IDLE,
      agent: false as const,
    };
    return new Promise((resolve, reject) => {
      const request = protocol === "https:" ? https.request({ ...options, ...this.trust() }) : http.request(options);
      request.once("connect", (answer, socket: Socket, head) => {
        socket.on("error", () => socket.destroy());
        if (head.length > 0) socket.unshift(head);
        socket.setTimeout(0);
        if (answer.statusCode === 200) resolve(socket);
        else {
          socket.destroy();
          reject(new Error(`${proxyName(proxy)} answered ${answer.statusCode}`));
        }
      });
      request.once("response", ({ statusCode }) => {
        request.destroy();
        reject(new Error(`${proxyName(proxy)} answered ${statusCode}`));
      });
      request.once("timeout", () => request.destroy(new Error(`${proxyName(proxy)} does not answer`)));
      request.once("error", reject);
      request.end();
    });
  }

  private trust(): { readonly ca?: string[] } {
    const ca = trustedAuthorities(this.env);
    return ca === undefined ? {} : { ca };
  }
}

async function bySocks({ url }: WebProxy, target: SocksTarget): Promise<Socket> {
  const socket = await direct(bare(url.hostname), url.port === "" ? 1080 : Number(url.port));
  socket.setTimeout(IDLE, () => socket.destroy());
  try {
    const [name, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    await connectBySocks(socket, target, name === "" ? undefined : { name, password });
    socket.setTimeout(0);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** An IPv6 address without its brackets. */
const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, "");

function direct(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, timeout: IDLE });
    socket.once("connect", () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once("timeout", () => socket.destroy(new Error("no connection")));
    // It stays: an error that nobody hears would end the guard.
    socket.on("error", reject);
  });
}

/** The headers that go on: those of the connection, and those that it names, do not. */
function travelling(headers: NodeJS.Dict<string | string[]>): Record<string, string | string[]> {
  const named = String(headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || OF_THE_CONNECTION.includes(name) || named.includes(name) ? [] : [[name, value]],
    ),
  );
}
