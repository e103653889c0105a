/** Names of the sandbox's GitLab besides its address; the second is the one that its organization file ships with. */
const ALIASES = /^http:\/\/(localhost:\d+|gitlab\.sandbox\.test)$/;

/** Whether an address is that of the sandbox's GitLab: nothing leaves the loopback interface. */
export function isGitlabAt(address: string, gitlabUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, port } = new URL(address);
  const own = new URL(gitlabUrl);
  return origin === own.origin || (ALIASES.test(origin) && (port === "" || port === own.port));
}
