import type { Sandbox } from "../../sandbox";
import type { Json } from "./support";

/** What the sandbox's GitLab answered. */
export interface GitlabAnswered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** A caller of the sandbox's GitLab; follows no redirect. */
export const gitlabCaller =
  ({ gitlab }: Pick<Sandbox, "gitlab">) =>
  async (method: string, route: string, body?: unknown, token: string = gitlab.pat): Promise<GitlabAnswered> => {
    const response = await fetch(`${gitlab.url}/api/v4/${route}`, {
      method,
      redirect: "manual",
      headers: { "PRIVATE-TOKEN": token, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
  };
