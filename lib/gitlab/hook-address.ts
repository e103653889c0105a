/**
 * Why a webhook that does not show an address may lead there all the same: GitLab hides a part of it ("Webhooks", "Mask sensitive
 * portions of webhook URLs": `{name}` stands for it), or it is the same path on another name of the server.
 *
 * @returns undefined when it is another
 */
export function mayLeadTo(shown: string, address: string): string | undefined {
  if (/\{\w+\}/.test(shown)) {
    const parts = shown.split(/\{\w+\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(`^${parts.join(".+")}$`).test(address) ? "hides a part of its address" : undefined;
  }
  if (!URL.canParse(shown) || !URL.canParse(address)) return undefined;
  const [there, here] = [new URL(shown), new URL(address)];
  if (there.pathname !== here.pathname || here.pathname === "/") return undefined;
  return there.host === here.host
    ? "has another form of its address"
    : `points to ${there.host} instead of ${here.host}`;
}
