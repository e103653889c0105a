/** What GitLab answered. */
export interface GitlabAnswer {
  readonly status: number;
  /** Without its fields when it is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks GitLab over HTTP. @throws Error when nobody answers */
export async function askGitlab(url: string, request: RequestInit): Promise<GitlabAnswer> {
  const headers = { "User-Agent": "terraform-enterprise", ...request.headers };
  const response = await fetch(url, { ...request, headers });
  const text = await response.text();
  try {
    return { status: response.status, body: Object(JSON.parse(text)) };
  } catch {
    return { status: response.status, body: {} };
  }
}
