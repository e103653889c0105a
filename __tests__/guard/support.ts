import { type IncomingHttpHeaders, request } from "node:http";
import type { GuardEvent } from "../../lib/guard/event";
import type { GuardExpectation } from "../../lib/guard/expectation";
import type { GuardOptions } from "../../lib/guard/options";
import { type Guard, startGuard } from "../../lib/guard/server";
import type { Json } from "../sandbox/support";

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Json;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly token?: string;
  /** The request's headers beside those that the provider sends. */
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A guard, what it said, and a caller that asks as Go does through a proxy. */
export interface Guarded {
  readonly guard: Guard;
  readonly events: GuardEvent[];
  /** @param path below the API's root, or a whole target */
  ask(method: string, path: string, options?: AskOptions): Promise<Answered>;
}

export const NOTHING: GuardExpectation = {
  version: 1,
  basis: "reviewed-plan",
  hostname: "tfe.sandbox.test",
  organization: "sandbox",
  links: [],
  connection: null,
  projectLinks: [],
};

export type GuardedOptions = Partial<Omit<GuardOptions, "upstream" | "onEvent">> & {
  readonly upstream: GuardOptions["upstream"];
};

const started: Guard[] = [];

/** Ends what {@link guarded} started. */
export async function closeGuards(): Promise<void> {
  await Promise.all(started.splice(0).map((guard) => guard.close()));
}

export async function guarded(options: GuardedOptions): Promise<Guarded> {
  const events: GuardEvent[] = [];
  const guard = await startGuard({
    env: {},
    expectation: NOTHING,
    readAhead: false,
    random: () => 0,
    ...options,
    onEvent: (event) => void events.push(event),
  });
  started.push(guard);
  const { token } = options.upstream;
  return {
    guard,
    events,
    ask: (method, path, { body, headers = {}, signal, token: sent = token } = {}) =>
      through(guard.proxyUrl, method, path.includes("://") ? path : `${guard.serviceUrl}${path}`, {
        headers: {
          authorization: `Bearer ${sent}`,
          accept: "application/vnd.api+json",
          ...(body === undefined ? {} : { "content-type": "application/vnd.api+json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
  };
}

export interface Sent {
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** One request through a proxy, in the proxy's own form. An address of a proxy without a user sends no credentials. */
export function through(proxyUrl: string, method: string, target: string, sent: Sent): Promise<Answered> {
  const { hostname, port, username, password } = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: hostname,
        port,
        method,
        path: target,
        headers: {
          ...(URL.canParse(target) ? { host: new URL(target).host } : {}),
          ...(username === ""
            ? {}
            : { "proxy-authorization": `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` }),
          ...sent.headers,
        },
        ...(sent.signal === undefined ? {} : { signal: sent.signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: jsonOf(text) });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(sent.body);
  });
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {} as Json;
  }
}

/** A refusal's status, title and text. */
export const refusalOf = ({ status, body }: Answered) => [status, body.errors?.[0]?.title, body.errors?.[0]?.detail];

export const upstreamOf = ({
  tfe,
  hostname,
}: {
  readonly tfe: { readonly url: string; readonly token: string };
  readonly hostname: string;
}) => ({ hostname, apiUrl: `${tfe.url}/api/v2/`, token: tfe.token });
