import { requireTerraform } from "../../../lib/terraform/find";
import { getProvider } from "../../../lib/terraform/provider";

/**
 * The real provider's mirror. Without it there is no end-to-end test: this throws, and the tests fail rather than pass by
 * not running.
 */
export async function requireProvider(): Promise<{ readonly mirror: string; readonly version: string }> {
  const result = await getProvider(requireTerraform(process.env), process.env);
  if (result.type === "missing") {
    const tried = result.attempts.map(({ way, failure }) => `${way}: ${failure}`).join("\n");
    throw new Error(`the provider hashicorp/tfe cannot be had here, and these tests need the real one:\n${tried}`);
  }
  if (result.how !== "cached") process.stderr.write(`hashicorp/tfe ${result.version}: ${result.how}\n`);
  return result;
}
