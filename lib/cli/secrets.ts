import { credentialName, credentialVariables } from "../organization/rules/backend-settings";
import type { Io } from "./io";

/** Shorter values are too common to be told from other texts. */
const MIN_LENGTH = 8;

/** The variables that hold the personal access tokens of the organizations at work. */
const tokenVariables = new WeakMap<Io, Set<string>>();

/** Has the value of a Terraform variable (`TF_VAR_<name>`) masked in all that is printed from now on. */
export function holdsToken(io: Io, name: string): void {
  tokenVariables.set(io, (tokenVariables.get(io) ?? new Set()).add(`TF_VAR_${name}`));
}

/** Secrets that stand in no variable of a known name. */
const held = new WeakMap<Io, Set<string>>();

/** Has a secret masked in all that is printed from now on, wherever it came from. */
export function holdsSecret(io: Io, secret: string): void {
  held.set(io, (held.get(io) ?? new Set()).add(secret));
}

/**
 * The secrets at hand, for masking: Terraform Enterprise's and GitLab's tokens, the personal access token, the backends' credentials,
 * and what {@link holdsSecret} was told. Nothing else: what is no secret must stay readable.
 */
export function secretsOf(io: Io): readonly string[] {
  const named = new Set([
    "TFE_TOKEN",
    "GITLAB_TOKEN",
    "TF_VAR_gitlab_pat",
    ...(tokenVariables.get(io) ?? []),
    ...credentialVariables,
  ]);
  const values = Object.entries(io.env).flatMap(([name, value = ""]) => {
    if (/^TF_CLI_ARGS(_|$)/.test(name)) return backendArguments(value);
    // Google's take a file's name as well (Terraform, backend "gcs", `credentials`).
    if (name.startsWith("GOOGLE_") && /^[\w~.:/\\-]+\.json$/.test(value)) return [];
    return named.has(name) || name.toUpperCase().startsWith("TF_TOKEN_") ? [value] : [];
  });
  return [...new Set([...values, ...(held.get(io) ?? [])].filter((value) => value.length >= MIN_LENGTH))];
}

/** `-backend-config=KEY=VALUE` in Terraform's own variables for arguments, where KEY is that of a credential. */
function backendArguments(text: string): readonly string[] {
  return [...text.matchAll(/-backend-config[= ]["']?(\w+)=["']?([^\s"']+)/g)].flatMap(([, key = "", value = ""]) =>
    credentialName.test(key) ? [value] : [],
  );
}
