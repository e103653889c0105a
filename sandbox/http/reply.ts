import type { ServerResponse } from "node:http";

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

/** Sends an answer; `truncate` ends the connection after half of what was promised. */
export function send(response: ServerResponse, reply: Reply, truncate = false): void {
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const headers: Record<string, string> = { ...reply.headers };
  if (text !== "") headers["Content-Type"] = reply.contentType ?? "application/json";
  // 204 has no body, and so no length (RFC 9110, 8.6).
  if (reply.status !== 204) headers["Content-Length"] = String(Buffer.byteLength(text));
  response.writeHead(reply.status, headers);
  if (!truncate) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
}
