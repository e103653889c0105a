/**
 * The path of a page for people that the server names (`connect-path`), checked before it is put behind the host's name:
 * `.evil.example` and `@evil.example` would make another host of it.
 *
 * @returns null when it is none
 */
export function pagePath(value: unknown): string | null {
  return typeof value === "string" && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value) ? value : null;
}
