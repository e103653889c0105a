import { HOSTNAME } from "./tfe/hostname";

/**
 * Terraform's CLI configuration for a sandbox: leads its hostname to its address (plain HTTP is taken from a `host` block alone),
 * with the token to use there.
 *
 * @param mirror a filesystem mirror that holds the provider hashicorp/tfe; "" and undefined for none.
 */
export function cliConfiguration(url: string, token: string, mirror: string | undefined): string {
  const api = JSON.stringify(`${url}/api/v2/`);
  const lines = [
    `host "${HOSTNAME}" {`,
    "  services = {",
    `    "tfe.v2"   = ${api}`,
    `    "tfe.v2.1" = ${api}`,
    `    "tfe.v2.2" = ${api}`,
    "  }",
    "}",
    "",
    `credentials "${HOSTNAME}" {`,
    `  token = ${JSON.stringify(token)}`,
    "}",
  ];
  if (mirror) {
    const provider = '["registry.terraform.io/hashicorp/tfe"]';
    lines.push(
      "",
      "provider_installation {",
      "  filesystem_mirror {",
      `    path    = ${JSON.stringify(mirror)}`,
      `    include = ${provider}`,
      "  }",
      "  direct {",
      `    exclude = ${provider}`,
      "  }",
      "}",
    );
  }
  return `${lines.join("\n")}\n`;
}
