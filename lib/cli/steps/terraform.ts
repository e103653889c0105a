import { UsageError } from "../../errors";
import { requireTerraform } from "../../terraform/find";
import { Terraform } from "../../terraform/terraform";
import type { Context } from "./context";

/**
 * Terraform on the organization's stack; its progress goes to the user's terminal.
 *
 * @throws UsageError when the variable that holds the personal access token is not set.
 */
export function terraformOf(context: Context, options: { readonly quiet?: boolean } = {}): Terraform {
  const { io, organization, paths } = context;
  const variable = `TF_VAR_${organization.connection.tokenVariable}`;
  if (organization.connection.existing === undefined && (io.env[variable] ?? "") === "") {
    throw new UsageError({
      rule: "run/no-token",
      message: `${variable} is not set: it holds the GitLab personal access token of the new connection`,
      fix: `read -rs ${variable} && export ${variable}`,
    });
  }
  return new Terraform({
    binary: requireTerraform(io.env),
    folder: paths.stack,
    env: io.env,
    ...(options.quiet === true
      ? {}
      : {
          output: { stdout: (chunk) => void io.stdout.write(chunk), stderr: (chunk) => void io.stderr.write(chunk) },
        }),
  });
}
