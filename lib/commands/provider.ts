import { Command } from "commander";
import type { Io } from "../cli/io";
import { print, printJson, printLines } from "../cli/print";
import { ExternalError } from "../errors";
import { requireTerraform } from "../terraform/find";
import { getProvider, mirrorInstallation } from "../terraform/provider";
import { MODULES_IN_PLACE_SINCE, PROVIDER_VERSION } from "../util/tfe-provider";

/** `repoint provider`: gets the provider into a filesystem mirror, for the sandbox and for machines without the registry. */
export function providerCommand(io: Io): Command {
  return new Command("provider")
    .description(
      `download or build hashicorp/tfe ${PROVIDER_VERSION} into a filesystem mirror, for machines without the Terraform registry`,
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nThe mirror is the folder in REPOINT_PROVIDER_MIRROR, or repoint/providers in your cache folder.",
    )
    .action(async (options: { json?: boolean }) => {
      const terraform = requireTerraform(io.env);
      const result = await getProvider(terraform, io.env, (line) => print(io.stderr, line));
      if (options.json === true) printJson(io.stdout, result);
      if (result.type === "missing") {
        throw new ExternalError(`hashicorp/tfe ${PROVIDER_VERSION} could not be obtained:`, {
          details: result.attempts.map(({ way, failure }) => `${way}: ${failure}`),
          fix: `put a filesystem mirror that contains it into ${result.mirror}, or set REPOINT_PROVIDER_MIRROR to yours`,
        });
      }
      if (options.json === true) return;
      print(
        io.stdout,
        `hashicorp/tfe ${result.version} is in ${result.mirror} (${result.how})`,
        "Terraform takes it from there with this in its CLI configuration (TF_CLI_CONFIG_FILE):",
        "",
      );
      printLines(io.stdout, mirrorInstallation(result.mirror));
      if (result.version === PROVIDER_VERSION) return;
      print(
        io.stdout,
        "",
        `It is not ${PROVIDER_VERSION}: name it in each organization file, as  terraform: { provider: "${result.version}" }`,
        `Below ${MODULES_IN_PLACE_SINCE} registry modules are re-pointed over the API, after Terraform's apply (docs/how-to/registry-modules.md).`,
      );
    });
}
