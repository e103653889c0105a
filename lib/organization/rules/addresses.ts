import { impossibleCombinations } from "../../util/gitlab-address";
import { masked, shown } from "../../util/secret";
import type { DraftOrganizationFile } from "../draft";
import type { Finding, Path } from "../finding";
import { patterns } from "../patterns";
import type { Rule } from "./rule";

/** Hosts are names, GitLab's addresses are URLs, and each stands in its own key. */
export const addresses: Rule = {
  id: "addresses",
  check: ({ hostname, gitlab }) => {
    const found: Finding[] = [];
    if (hostname !== undefined && !patterns.hostname.test(hostname)) {
      found.push({
        path: ["hostname"],
        message: `got ${shown(hostname)}; expected only a host name, such as app.terraform.io`,
        fix: "leave out https:// and any path",
      });
    }
    if (gitlab === undefined) return found;
    const wrongUrls = gitlab.url === undefined ? [] : url(gitlab.url, ["gitlab", "url"]);
    found.push(...wrongUrls);
    const apiIsAddress =
      gitlab.apiUrl === undefined || (patterns.apiUrl.test(gitlab.apiUrl) && URL.canParse(gitlab.apiUrl));
    if (!apiIsAddress) {
      found.push({
        path: ["gitlab", "apiUrl"],
        message: `got ${shown(gitlab.apiUrl)}; expected an address that ends in /api/v4`,
        fix: "leave it out unless the API is not at url/api/v4",
      });
    }
    const { movedFrom } = gitlab;
    if (typeof movedFrom === "string") found.push(...url(movedFrom, ["gitlab", "movedFrom"]));
    else {
      for (const [index, address] of (movedFrom ?? []).entries()) {
        if (address !== undefined) found.push(...url(address, ["gitlab", "movedFrom", index]));
      }
    }
    if (wrongUrls.length === 0 && apiIsAddress) found.push(...combinations(gitlab));
    return found;
  },
};

const keys = { serviceProvider: "serviceProvider", httpUrl: "url", apiUrl: "apiUrl" } as const;

function combinations({
  url,
  apiUrl,
  serviceProvider,
}: NonNullable<DraftOrganizationFile["gitlab"]>): readonly Finding[] {
  if (url === undefined || serviceProvider === undefined) return [];
  return impossibleCombinations(serviceProvider, url, apiUrl).map(({ attribute, message, fix }) => ({
    path: ["gitlab", keys[attribute]],
    message: masked(message),
    fix,
  }));
}

function url(text: string, path: Path): readonly Finding[] {
  if (!patterns.url.test(text) || !URL.canParse(text)) {
    return [
      {
        path,
        message: `got ${shown(text)}; expected an address such as https://gitlab.example.com`,
        fix: "give GitLab's address as in the browser, with https:// and without a user name, ? or #",
      },
    ];
  }
  const { pathname } = new URL(text);
  if (/\/api(\/v[0-9]+)?\/?$/.test(pathname)) {
    return [
      {
        path,
        message: "this is the API's address; expected GitLab's address as in the browser",
        fix: `remove ${pathname.slice(pathname.lastIndexOf("/api"))} from the end; apiUrl is derived from url`,
      },
    ];
  }
  return [];
}
