import type { ServerResponse } from "node:http";

/** An answer; `undefined` as a body sends none. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** A body for people instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default application/json */
  readonly contentType?: string;
  /** No route was found: the request is marked in the log. */
  readonly unknownRoute?: boolean;
}

const usualType = ({ text }: Reply) => (text === undefined ? "application/json" : "text/plain; charset=utf-8");

/** Sends an answer; `truncate` ends the connection after half of what was promised. */
export function send(response: ServerResponse, reply: Reply, truncate = false): void {
  const text = reply.text ?? (reply.body === undefined ? "" : JSON.stringify(reply.body));
  const headers: Record<string, string> = { ...reply.headers };
  if (text !== "") headers["Content-Type"] = reply.contentType ?? usualType(reply);
  // 204 has no body, and so no length (RFC 9110, 8.6).
  if (reply.status !== 204) headers["Content-Length"] = String(Buffer.byteLength(text));
  response.writeHead(reply.status, headers);
  if (!truncate) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
}
