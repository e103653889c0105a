import { Agent, request } from "undici";
import { masked } from "../util/secret";

/** What asking GitLab about a token can end in. */
export type TokenCheck =
  | {
      readonly type: "usable";
      readonly name: string;
      readonly scopes: readonly string[];
      readonly expiresAt: string | null;
    }
  | { readonly type: "unusable"; readonly reason: string; readonly todo: string }
  /** It was not asked: GitLab cannot be reached from here, or is too old to tell. */
  | { readonly type: "unknown"; readonly reason: string };

/** What asking for a project's webhooks can end in. */
export type HooksAnswer =
  | { readonly type: "found"; readonly urls: readonly string[] }
  | { readonly type: "no-access"; readonly reason: string }
  | { readonly type: "unknown"; readonly reason: string };

const TIMEOUT = 30_000;
const ATTEMPTS = 4;

/**
 * GitLab's API, as far as verifying a migration needs it. The token is only ever sent as a header.
 */
export class GitlabClient {
  private readonly agent = new Agent({ connections: 8, headersTimeout: TIMEOUT, bodyTimeout: TIMEOUT });

  constructor(
    /** Ends in `/api/v4`. */
    private readonly apiUrl: string,
    private readonly token: string,
    private readonly sleep: (milliseconds: number) => Promise<void> = (ms) =>
      new Promise((done) => setTimeout(done, ms)),
  ) {}

  /** Whether the token can carry a connection: active, with scope `api` (GitLab API, "Personal access tokens", 15.5 on). */
  async checkToken(): Promise<TokenCheck> {
    const answer = await this.get("personal_access_tokens/self");
    if (answer.type === "failed") return { type: "unknown", reason: answer.reason };
    const { status, body } = answer;
    if (status === 401) {
      return {
        type: "unusable",
        reason: masked(text(body, "error_description"), [this.token]) || "GitLab does not know the token",
        todo: "make a new personal access token with scope api, set it in the variable, plan and apply again",
      };
    }
    if (status === 404)
      return { type: "unknown", reason: "this GitLab is older than 15.5 and does not tell about tokens" };
    if (status >= 400) return { type: "unknown", reason: `GitLab answered ${status}` };
    const scopes = list(body, "scopes");
    if (property(body, "active") === false || property(body, "revoked") === true) {
      return { type: "unusable", reason: "the token is revoked or expired", todo: "make a new one" };
    }
    if (!scopes.includes("api")) {
      return {
        type: "unusable",
        reason: `the token has the scopes ${scopes.join(", ") || "(none)"}; TFE needs api, to make webhooks`,
        todo: "make a token with scope api",
      };
    }
    const expiresAt = text(body, "expires_at");
    return { type: "usable", name: text(body, "name"), scopes, expiresAt: expiresAt === "" ? null : expiresAt };
  }

  /** The addresses of a project's webhooks, which Maintainers may see. */
  async hooks(project: string): Promise<HooksAnswer> {
    const urls: string[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.get(`projects/${encodeURIComponent(project)}/hooks?per_page=100&page=${page}`);
      if (answer.type === "failed") return { type: "unknown", reason: answer.reason };
      if (answer.status === 404) return { type: "no-access", reason: "the token's user does not see the project" };
      if (answer.status === 401 || answer.status === 403) {
        return {
          type: "no-access",
          reason: "the token's user is not a Maintainer of the project, so TFE cannot make webhooks",
        };
      }
      if (answer.status >= 400) return { type: "unknown", reason: `GitLab answered ${answer.status}` };
      const found = Array.isArray(answer.body) ? answer.body : [];
      urls.push(...found.map((hook: unknown) => text(hook, "url")));
      if (answer.nextPage === "") return { type: "found", urls };
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private async get(path: string): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.once(path);
      const patient = answer.type === "failed" || answer.status === 429 || answer.status >= 500;
      if (!patient || attempt === ATTEMPTS) return answer;
      const asked = answer.type === "answered" && answer.retryAfter > 0 ? answer.retryAfter * 1000 : 0;
      await this.sleep(Math.min(60_000, Math.max(asked, 250 * 2 ** attempt)));
    }
  }

  private async once(path: string): Promise<Answer> {
    try {
      const response = await request(`${this.apiUrl}/${path}`, {
        dispatcher: this.agent,
        headers: { "private-token": this.token, accept: "application/json" },
      });
      const raw = await response.body.text();
      const next = response.headers["x-next-page"];
      return {
        type: "answered",
        status: response.statusCode,
        body: parse(raw),
        nextPage: typeof next === "string" ? next : "",
        retryAfter: Number(response.headers["retry-after"] ?? 0) || 0,
      };
    } catch (error) {
      const said =
        typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
      return { type: "failed", reason: `GitLab cannot be reached: ${said}` };
    }
  }
}

type Answer =
  | {
      readonly type: "answered";
      readonly status: number;
      readonly body: unknown;
      readonly nextPage: string;
      readonly retryAfter: number;
    }
  | { readonly type: "failed"; readonly reason: string };

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function text(value: unknown, key: string): string {
  const found = property(value, key);
  return typeof found === "string" ? found : "";
}

function list(value: unknown, key: string): readonly string[] {
  const found = property(value, key);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === "string") : [];
}
