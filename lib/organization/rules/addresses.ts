import { shown } from "../../util/secret";
import type { Finding } from "../finding";
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
        message: `got ${shown(hostname)}; expected a host's name alone, such as app.terraform.io`,
        fix: "leave out https:// and any path",
      });
    }
    if (gitlab?.url !== undefined) found.push(...url(gitlab.url, gitlab.serviceProvider));
    if (gitlab?.apiUrl !== undefined && !(patterns.apiUrl.test(gitlab.apiUrl) && URL.canParse(gitlab.apiUrl))) {
      found.push({
        path: ["gitlab", "apiUrl"],
        message: `got ${shown(gitlab.apiUrl)}; expected an address that ends in /api/v4`,
        fix: "leave it out unless the API has another address than url/api/v4",
      });
    }
    return found;
  },
};

function url(text: string, serviceProvider: string | undefined): readonly Finding[] {
  if (!patterns.url.test(text) || !URL.canParse(text)) {
    return [
      {
        path: ["gitlab", "url"],
        message: `got ${shown(text)}; expected an address such as https://gitlab.example.com`,
        fix: "give the address at which people open GitLab, with https:// and without user, ? and #",
      },
    ];
  }
  const { hostname, origin, pathname } = new URL(text);
  if (/\/api(\/v[0-9]+)?\/?$/.test(pathname)) {
    return [
      {
        path: ["gitlab", "url"],
        message: "this is the API's address; expected the address at which people open GitLab",
        fix: `take ${pathname.slice(pathname.lastIndexOf("/api"))} off the end; apiUrl follows from url`,
      },
    ];
  }
  if (serviceProvider === "gitlab_hosted" && hostname !== "gitlab.com") {
    return [
      {
        path: ["gitlab", "serviceProvider"],
        message: `gitlab_hosted is gitlab.com, and the url is ${origin}`,
        fix: "choose gitlab_enterprise_edition or gitlab_community_edition",
      },
    ];
  }
  return [];
}
