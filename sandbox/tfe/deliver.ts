import type { Delivered } from "../gitlab/project";
import { HOSTNAME } from "./hostname";

/** Takes a webhook of GitLab to the sandbox's TFE, whose name no resolver knows; nobody answers at any other address. */
export async function deliverToTfe(
  origin: string,
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Delivered | undefined> {
  if (!URL.canParse(url) || new URL(url).host !== HOSTNAME) return undefined;
  try {
    const answer = await fetch(`${origin}${new URL(url).pathname}`, { method: "POST", headers, body });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  } catch {
    return undefined;
  }
}
