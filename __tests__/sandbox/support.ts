import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";

/** What the sandbox's TFE answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Parsed JSON whose every part can be asked for; the assertions say what it is. */
export type Json = { readonly [key: string]: Json } & readonly Json[] & string;

/** A sandbox and a caller of its API. */
export interface Caller {
  readonly sandbox: Sandbox;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
}

/** Without a rate limit unless asked for. */
export async function startCaller(options: SandboxOptions = {}): Promise<Caller> {
  const sandbox = await startSandbox({ requestsPerSecond: null, ...options });
  return {
    sandbox,
    call: async (method, path, body, token = sandbox.tfe.token) => {
      const response = await fetch(`${sandbox.tfe.url}${path.startsWith("/") ? path : `/api/v2/${path}`}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/vnd.api+json" },
        ...(body === undefined || method === "GET"
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
    },
  };
}

/** A JSON:API request's document. */
export const document = (attributes: Record<string, unknown>, relationships: Record<string, unknown> = {}) => ({
  data: { attributes, relationships },
});

/** The problems of a refusal: where, and what. */
export function problems({ status, body }: Answer): unknown {
  const errors = (body.errors ?? []) as readonly { detail?: string; source?: { pointer: string } }[];
  return { status, errors: errors.map(({ detail, source }) => [source?.pointer, detail]) };
}

/** The one record of a kind that the state holds under a condition. */
export function found<T>(records: Iterable<T>, condition: (record: T) => boolean): T {
  for (const record of records) if (condition(record)) return record;
  throw new Error("the fleet holds no such record");
}

/** Makes a connection with the sandbox's personal access token. @returns its token's id */
export async function patConnection({ call, sandbox: { gitlab } }: Caller): Promise<string> {
  const made = await call(
    "POST",
    "organizations/sandbox/oauth-clients",
    document({
      "service-provider": "gitlab_community_edition",
      "http-url": gitlab.url,
      "api-url": `${gitlab.url}/api/v4`,
      "oauth-token-string": gitlab.pat,
    }),
  );
  return made.body.data?.relationships?.["oauth-tokens"]?.data?.[0]?.id ?? "";
}
