import { ExternalError } from "../errors";
import { quoted } from "../util/json-text";

/**
 * The address of a path below an API's. Ids and names in it may come from a server or a file: none of them may lead elsewhere.
 *
 * @param root ends in `/`
 * @throws ExternalError when the path would leave the root (`..`), or holds what no path holds
 */
export function below(root: string, path: string): URL {
  const relative = path.replace(/^\/+/, "");
  const base = new URL(root);
  const url = new URL(`${base.pathname}${relative}`, base);
  // A part that the parser changed or took for something else: `..`, `.`, `//`, `\`, `#`, `?`, line breaks.
  if (
    url.origin === base.origin &&
    url.pathname === `${base.pathname}${relative}` &&
    !/\/(\/|$)|%2e/i.test(`/${relative}`)
  )
    return url;
  throw new ExternalError(`${quoted(path)} is not a path of the API: it contains an invalid name or id`, {
    fix: "nothing was sent; check the source of that name: the server's answers, the inventory or the organization file",
  });
}
