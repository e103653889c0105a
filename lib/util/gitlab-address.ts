import { domainToASCII } from "node:url";

/** How two addresses of a GitLab compare. `scheme`: one is http, the other https, and nothing else differs. */
export type AddressComparison = "same" | "scheme" | "other" | "unknown";

/**
 * Compares two addresses as a client does: a host's case, a dot at its end, Punycode, a default port and slashes at the end mean
 * nothing. The path counts: GitLab may run below one, beside another GitLab. `unknown` when one of them is no address.
 */
export function compareAddresses(one: string, other: string): AddressComparison {
  const [a, b] = [parse(one), parse(other)];
  if (a === undefined || b === undefined) return "unknown";
  if (a.host !== b.host || a.port !== b.port || a.path !== b.path) return "other";
  return a.scheme === b.scheme ? "same" : "scheme";
}

interface Parts {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the scheme's own. */
  readonly port: string;
  readonly path: string;
}

function parse(address: string): Parts | undefined {
  const text = address.trim();
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(text);
  const host = hostname.replace(/\.$/, "");
  return { scheme: protocol, host: domainToASCII(host) || host, port, path: pathname.replace(/\/+$/, "") };
}

/** One thing about a new connection that TFE refuses to create. */
export interface ImpossibleCombination {
  readonly attribute: "serviceProvider" | "httpUrl" | "apiUrl";
  readonly message: string;
  readonly fix: string;
}

const HOSTED = "https://gitlab.com";

/**
 * What TFE would refuse when the connection is created, and Terraform notices only then: each service provider goes with its own
 * addresses. "HTTP URL cannot point to https://gitlab.com when service-provider is gitlab_community_edition"
 * (hashicorp/terraform-provider-tfe, issue 447); `gitlab_hosted` is https://gitlab.com alone (HashiCorp, "OAuth Clients API").
 *
 * @param apiUrl undefined stands for `httpUrl/api/v4`.
 */
export function impossibleCombinations(
  serviceProvider: string,
  httpUrl: string,
  apiUrl: string | undefined,
): readonly ImpossibleCombination[] {
  const isHosted = (address: string, hosted: string) => compareAddresses(address, hosted) === "same";
  const onHost = (address: string) => parse(address)?.host === "gitlab.com";
  if (serviceProvider !== "gitlab_hosted") {
    const pointsThere = onHost(httpUrl) ? httpUrl : apiUrl !== undefined && onHost(apiUrl) ? apiUrl : undefined;
    if (pointsThere === undefined) return [];
    return [
      {
        attribute: "serviceProvider",
        message: `${serviceProvider} is for a self-managed GitLab, but ${pointsThere} is GitLab.com: TFE refuses that`,
        fix: "for GitLab.com, use gitlab_hosted; for a self-managed GitLab, use its own address",
      },
    ];
  }
  const found: ImpossibleCombination[] = [];
  if (!isHosted(httpUrl, HOSTED)) {
    found.push({
      attribute: "httpUrl",
      message: `gitlab_hosted requires ${HOSTED}; got ${httpUrl}`,
      fix: onHost(httpUrl)
        ? `write ${HOSTED}: without a path, a port, or http`
        : "for a self-managed GitLab, use gitlab_enterprise_edition or gitlab_community_edition",
    });
  }
  if (apiUrl !== undefined && found.length === 0 && !isHosted(apiUrl, `${HOSTED}/api/v4`)) {
    found.push({
      attribute: "apiUrl",
      message: `the API of gitlab_hosted is ${HOSTED}/api/v4; got ${apiUrl}`,
      fix: `write ${HOSTED}/api/v4, or leave it out`,
    });
  }
  return found;
}
