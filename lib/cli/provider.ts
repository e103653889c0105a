import { Command } from "commander";
import { ExternalError } from "../errors";
import { requireTerraform } from "../terraform/find";
import { getProvider, mirrorInstallation, PROVIDER_VERSION } from "../terraform/provider";
import type { Io } from "./io";

/** `repoint provider`: gets the provider into a filesystem mirror, for the sandbox and for machines without the registry. */
export function providerCommand(io: Io): Command {
  return new Command("provider")
    .description(`get hashicorp/tfe ${PROVIDER_VERSION} into a filesystem mirror outside the project`)
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nThe mirror: REPOINT_PROVIDER_MIRROR, else repoint/providers in the user's cache folder.")
    .action(async (options: { json?: boolean }) => {
      const terraform = requireTerraform(io.env);
      const result = await getProvider(terraform, io.env, (line) => void io.stderr.write(`${line}\n`));
      if (options.json === true) io.stdout.write(`${JSON.stringify(result)}\n`);
      if (result.type === "missing") {
        throw new ExternalError(
          [
            `hashicorp/tfe ${PROVIDER_VERSION} could not be had:`,
            ...result.attempts.map(({ way, failure }) => `  ${way}: ${failure}`),
          ].join("\n"),
          {
            fix: `put a filesystem mirror that holds it into ${result.mirror}, or name yours in REPOINT_PROVIDER_MIRROR`,
          },
        );
      }
      if (options.json === true) return;
      io.stdout.write(`hashicorp/tfe ${result.version} is in ${result.mirror} (${result.how})\n`);
      io.stdout.write(`Terraform takes it from there with this in its CLI configuration (TF_CLI_CONFIG_FILE):\n\n`);
      io.stdout.write(mirrorInstallation(result.mirror));
      if (result.version === PROVIDER_VERSION) return;
      io.stdout.write(
        `\nIt is not ${PROVIDER_VERSION}: name it in each wish, as  terraform: { provider: "${result.version}" }\n`,
      );
      io.stdout.write(
        "Below 0.80.0 registry modules are left alone (docs/registry-modules.md); everything else is re-pointed.\n",
      );
    });
}
