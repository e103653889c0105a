import { looksSecret } from "../secret";
import type { Finding, Rule } from "./rule";

const credentials = new Set([
  "access_key",
  "secret_key",
  "secret_access_key",
  "session_token",
  "token",
  "password",
  "client_secret",
  "client_certificate_password",
  "sas_token",
  "encryption_key",
  "credentials",
  "access_token",
]);

/** No secret stands in a wish: it is meant to be committed, and the backend's settings are written into the configuration. */
export const secrets: Rule = {
  id: "no-secrets",
  check: (wish) => [...tokens(wish, []), ...backendCredentials(wish.backend)],
};

function tokens(value: unknown, path: readonly (string | number)[]): readonly Finding[] {
  if (typeof value === "string") {
    // `from` has a rule of its own, which says what belongs there.
    if (!looksSecret(value) || path[0] === "from" || path[1] === "existing") return [];
    return [
      {
        path,
        message: "a token stands in the wish",
        fix: "take it out, revoke it if the file was shared, and set it in the environment (TF_VAR_gitlab_pat, TFE_TOKEN)",
      },
    ];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => tokens(item, [...path, index]));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => tokens(item, [...path, key]));
  }
  return [];
}

function backendCredentials(backend: object | undefined): readonly Finding[] {
  return Object.entries(backend ?? {}).flatMap(([type, settings]: [string, unknown]) =>
    Object.keys(typeof settings === "object" && settings !== null ? settings : {}).flatMap((key): Finding[] =>
      credentials.has(key)
        ? [
            {
              path: ["backend", type, key],
              message: "a credential would be written into the synthesized configuration",
              fix: "leave it out: the backend reads it from the environment (see Terraform's documentation of the backend)",
            },
          ]
        : [],
    ),
  );
}
