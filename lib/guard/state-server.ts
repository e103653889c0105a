import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { comparedWith } from "./same-secret";
import { ServedState, type StateAnswer } from "./served-state";

export interface StateServerOptions {
  /** The state's file. */
  readonly file: string;
  /** Told why Terraform was refused: Terraform itself prints a number alone. */
  readonly onTrouble: (text: string) => void;
}

/** A local state file behind Terraform's `http` backend. */
export interface StateServer {
  /** What Terraform must have in its environment. It holds a secret. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const USER = "repoint";
/** As the largest state that is read from a file. */
const LARGEST = 256 * 2 ** 20;

/** Serves a state on loopback, on a port of the system's choice, to who has the environment that it returns. */
export async function startStateServer({ file, onTrouble }: StateServerOptions): Promise<StateServer> {
  const password = randomBytes(32).toString("hex");
  const isOurs = comparedWith(`Basic ${Buffer.from(`${USER}:${password}`).toString("base64")}`);
  const state = new ServedState(file, onTrouble);
  const server = createServer((request, response) => {
    void answerTo(request, isOurs, state).then(
      (answer) => give(response, answer),
      // The caller has gone away.
      () => response.destroy(),
    );
  });
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${portOf(server.address())}/state`;
  return {
    env: {
      TF_HTTP_ADDRESS: address,
      TF_HTTP_LOCK_ADDRESS: address,
      TF_HTTP_UNLOCK_ADDRESS: address,
      TF_HTTP_USERNAME: USER,
      TF_HTTP_PASSWORD: password,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerTo(
  request: IncomingMessage,
  isOurs: (authorization: string) => boolean,
  state: ServedState,
): Promise<StateAnswer> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const isKnown = isOurs(request.headers.authorization ?? "");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read and dropped, so that the answer is heard.
    if (isKnown && size <= LARGEST) chunks.push(chunk);
  }
  if (!isKnown) return { status: 403 };
  if (url.pathname !== "/state") return { status: 400 };
  if (size > LARGEST) return { status: 413 };
  return state.answer({
    method: request.method ?? "GET",
    lockId: url.searchParams.get("ID"),
    body: Buffer.concat(chunks),
  });
}

function give(response: ServerResponse, { status, body }: StateAnswer): void {
  response.writeHead(status, {
    ...(status === 204 ? {} : { "content-length": body?.length ?? 0 }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  });
  response.end(body);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return address.port;
}
