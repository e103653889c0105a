import type { BackendType } from "../organization";

/** Settings without which a backend does not work, by Terraform's documentation. */
export const required: Readonly<Record<BackendType, readonly string[]>> = {
  local: [],
  http: ["address"],
  s3: ["bucket", "key", "region"],
  gcs: ["bucket"],
  azurerm: ["storage_account_name", "container_name", "key"],
  remote: ["organization", "workspaces"],
  cloud: ["organization", "workspaces"],
};

const host = { token: "TF_TOKEN_<host>, or terraform login" };

/** Settings that hold a credential, and where a backend reads it from instead, by Terraform's documentation. */
export const credentials: Readonly<Record<BackendType, Readonly<Record<string, string>>>> = {
  local: {},
  http: { password: "TF_HTTP_PASSWORD", client_private_key_pem: "TF_HTTP_CLIENT_PRIVATE_KEY_PEM" },
  s3: {
    access_key: "AWS_ACCESS_KEY_ID",
    secret_key: "AWS_SECRET_ACCESS_KEY",
    token: "AWS_SESSION_TOKEN",
    sse_customer_key: "AWS_SSE_CUSTOMER_KEY",
  },
  gcs: {
    credentials: "GOOGLE_BACKEND_CREDENTIALS or GOOGLE_CREDENTIALS",
    access_token: "GOOGLE_OAUTH_ACCESS_TOKEN",
    encryption_key: "GOOGLE_ENCRYPTION_KEY",
  },
  azurerm: {
    access_key: "ARM_ACCESS_KEY",
    sas_token: "ARM_SAS_TOKEN",
    client_secret: "ARM_CLIENT_SECRET",
    client_certificate: "ARM_CLIENT_CERTIFICATE",
    client_certificate_password: "ARM_CLIENT_CERTIFICATE_PASSWORD",
    oidc_token: "ARM_OIDC_TOKEN",
    oidc_request_token: "ARM_OIDC_REQUEST_TOKEN",
  },
  remote: host,
  cloud: host,
};

/** The environment variables that hold those credentials, but for Terraform Enterprise's own tokens. */
export const credentialVariables: readonly string[] = Object.values(credentials).flatMap((settings) =>
  Object.values(settings).flatMap((text) => text.match(/\b(?!TF_TOKEN_)[A-Z]+(?:_[A-Z]+)+\b/g) ?? []),
);

/** Names of settings that hold a credential wherever they stand, also ones that are not listed above. */
export const credentialName = /(^|_)(access_key|secret_key|secret_access_key|password|secret|token)$/;
