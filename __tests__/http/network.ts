import { createServer as createHttp, type RequestListener, request, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect } from "node:net";
import { listen } from "../tfe/support";
import type { Certificate } from "./certificate";

const closing: Server[] = [];

/** Ends what {@link serve} and {@link serveProxy} started. */
export async function closeAll(): Promise<void> {
  await Promise.all(
    closing.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    }),
  );
}

/** A server on the loopback interface. @returns its port */
export function serve(listener: RequestListener, tls?: Pick<Certificate, "cert" | "key">): Promise<number> {
  const server = tls === undefined ? createHttp(listener) : createHttps({ cert: tls.cert, key: tls.key }, listener);
  closing.push(server);
  return listen(server);
}

export interface ProxyOptions {
  /** Where a name leads, with the port; others are unknown to the proxy (502). */
  readonly hosts: Readonly<Record<string, number>>;
  readonly user?: string;
  /** Answers every CONNECT so. */
  readonly status?: number;
}

/** A forward proxy: CONNECT for https, whole addresses for http. @returns its port and what went through it */
export async function serveProxy({ hosts, user, status }: ProxyOptions): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const welcome = (header: string | undefined) =>
    user === undefined || header === `Basic ${Buffer.from(user).toString("base64")}`;
  const server = createHttp((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!welcome(incoming.headers["proxy-authorization"])) return void response.writeHead(407).end();
    const url = new URL(incoming.url ?? "");
    const port = hosts[url.hostname];
    if (port === undefined) return void response.writeHead(502).end();
    const path = `${url.pathname}${url.search}`;
    request({ port, host: "127.0.0.1", path, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on("connect", (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    const port = hosts[(incoming.url ?? "").replace(/:\d+$/, "")];
    const refused = status ?? (!welcome(incoming.headers["proxy-authorization"]) ? 407 : port === undefined ? 502 : 0);
    if (refused !== 0 || port === undefined)
      return void socket.end(`HTTP/1.1 ${refused} No\r\nContent-Length: 0\r\n\r\n`);
    const through = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on("error", () => {});
  });
  closing.push(server);
  return { port: await listen(server), seen };
}
