import { requireTerraform } from "../../../lib/terraform/find";
import { getProvider, type ProviderMirror } from "../../../lib/terraform/provider";

const VARIABLE = "REPOINT_E2E_PROVIDER";

/** Jest's global setup: gets the real provider once for all end-to-end tests, and says which and why. */
export default async function setup(): Promise<void> {
  const result = await getProvider(requireTerraform(process.env), process.env);
  if (result.type === "ready" && result.how !== "cached")
    process.stderr.write(`\nhashicorp/tfe ${result.version}: ${result.how}\n`);
  process.env[VARIABLE] = JSON.stringify(result);
}

/**
 * The real provider's mirror. Without it there is no end-to-end test: this throws, and the tests fail rather than pass by
 * not running.
 */
export function requireProvider(): { readonly mirror: string; readonly version: string } {
  const result: ProviderMirror = JSON.parse(process.env[VARIABLE] ?? "null");
  if (result.type === "ready") return result;
  const tried = result.attempts.map(({ way, failure }) => `${way}: ${failure}`).join("\n");
  throw new Error(`the provider hashicorp/tfe cannot be had here, and these tests need the real one:\n${tried}`);
}
