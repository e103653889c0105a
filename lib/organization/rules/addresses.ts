import { shown } from "../secret";
import type { Finding, Rule } from "./rule";

/** Hosts are names, GitLab's addresses are URLs, and each stands in its own key. */
export const addresses: Rule = {
  id: "addresses",
  check: ({ hostname, gitlab }) => {
    const found: Finding[] = [];
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/.test(hostname)) {
      found.push({
        path: ["hostname"],
        message: `got ${shown(hostname)}; expected a host's name alone, such as app.terraform.io`,
        fix: "leave out https:// and any path",
      });
    }
    const url = parse(gitlab.url);
    if (url === undefined) {
      found.push({
        path: ["gitlab", "url"],
        message: `got ${shown(gitlab.url)}; expected an address such as https://gitlab.example.com`,
        fix: "give the address at which people open GitLab",
      });
    } else if (/\/api\/v\d+\/?$/.test(url.pathname)) {
      found.push({
        path: ["gitlab", "url"],
        message: "this is the API's address; expected the address at which people open GitLab",
        fix: "take /api/v4 off the end; apiUrl follows from url",
      });
    } else if (gitlab.serviceProvider === "gitlab_hosted" && url.hostname !== "gitlab.com") {
      found.push({
        path: ["gitlab", "serviceProvider"],
        message: `gitlab_hosted is gitlab.com, and the url is ${url.origin}`,
        fix: "choose gitlab_enterprise_edition or gitlab_community_edition",
      });
    }
    if (gitlab.apiUrl !== undefined && !/\/api\/v4\/?$/.test(parse(gitlab.apiUrl)?.pathname ?? "")) {
      found.push({
        path: ["gitlab", "apiUrl"],
        message: `got ${shown(gitlab.apiUrl)}; expected an address that ends in /api/v4`,
        fix: "leave it out unless the API has another address than url/api/v4",
      });
    }
    return found;
  },
};

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return (url.protocol === "https:" || url.protocol === "http:") && url.search === "" && url.hash === ""
      ? url
      : undefined;
  } catch {
    return undefined;
  }
}
