import type { TokenCheck } from "../../gitlab/check-token";
import { judgeLife, tokenLife } from "../../gitlab/token-life";
import { saveInventory } from "../../inventory/inventory-file";
import type { Inventory, PatReading } from "../../inventory/schema";
import { jsonText } from "../../util/json-text";
import { DEFAULT_LIMITS } from "../preflight/limits";
import { ago } from "./ago";
import type { Context } from "./context";

/** The command that gives the connection another token. @param key the organization, by its file in organizations/ */
export const renewCommand = (key: string): string => `repoint rotate ${key}`;

/** How long a token lasts, and the command to run where that is not long. Begins with a verb. */
export function lifeWords(expiresAt: string | null, key: string, now: number): string {
  const { status, what } = judgeLife(tokenLife(expiresAt, now), DEFAULT_LIMITS);
  return status === "warning" || status === "error" ? `${what}. Next: ${renewCommand(key)}` : what;
}

/** What the inventory recorded of the PAT, for `status`: it contacts no server. */
export function recordedLife({ pat }: Inventory, key: string, now: number): string {
  if (pat === null) return `not known here; repoint expiry ${key} asks GitLab`;
  const said = `as GitLab said ${ago(Date.parse(pat.readAt), now)}`;
  return pat.usable
    ? `${lifeWords(pat.expiresAt, key, now)} (${said})`
    : `not usable, ${said}: ${pat.reason ?? "no reason given"}. Next: repoint expiry ${key}`;
}

/** A reading that says the same is kept for so long, in milliseconds, so that two runs in a row write the same bytes. */
const SAME_FOR = 24 * 60 * 60 * 1000;

/**
 * Records what GitLab said of the new connection's PAT, and when: for `status`, and for `expiry` where nobody has the token. The token
 * itself is never in it. Only for who holds the organization's lock.
 */
export function recordPat({ organization, paths }: Context, inventory: Inventory, check: TokenCheck, now: Date): void {
  const reading = readingOf(check, organization.gitlab.apiUrl, now);
  if (reading === undefined) return;
  const { readAt, ...said } = inventory.pat ?? { readAt: "" };
  const { readAt: _, ...says } = reading;
  const isSame = jsonText(says) === jsonText(said);
  const age = now.getTime() - Date.parse(readAt);
  if (isSame && age >= 0 && age < SAME_FOR) return;
  saveInventory(paths.root, paths.key, { ...inventory, pat: reading });
}

/** Undefined for what is no answer about the token: it would take the place of one. */
function readingOf(check: TokenCheck, apiUrl: string, now: Date): PatReading | undefined {
  const at = { readAt: now.toISOString(), apiUrl };
  if (check.type === "unusable") return { ...at, tokenId: null, usable: false, reason: check.reason, expiresAt: null };
  if (check.expiresAt === undefined) return undefined;
  return { ...at, tokenId: check.id ?? null, usable: true, reason: null, expiresAt: check.expiresAt };
}
