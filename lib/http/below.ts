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
  throw new ExternalError(`${quoted(path)} is no path of the API: a name or an id in it is not what it should be`, {
    fix: "nothing was sent; look at where that name is from: the server's answers, the inventory or the organization's file",
  });
}
