import type { Io } from "../../lib/cli/io";
import { holdsSecret, holdsToken, secretsOf } from "../../lib/cli/secrets";

const ioWith = (env: NodeJS.ProcessEnv): Io => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env,
  cwd: "/",
  exitCode: 0,
});

it.each<[string, string, string]>([
  ["TFE_TOKEN", "short-one", "short-one"],
  ["TF_TOKEN_tfe_example_com", "another-token", "another-token"],
  ["GITLAB_TOKEN", "a-gitlab-token-of-old", "a-gitlab-token-of-old"],
  ["TF_VAR_gitlab_pat", "an-old-token-without-prefix", "an-old-token-without-prefix"],
  ["TF_HTTP_PASSWORD", "state-password", "state-password"],
  ["AWS_SECRET_ACCESS_KEY", "/abcdefghijklmnop", "/abcdefghijklmnop"],
  ["AWS_SESSION_TOKEN", "session-token", "session-token"],
  ["ARM_CLIENT_SECRET", "client-secret", "client-secret"],
  ["GOOGLE_CREDENTIALS", '{"private_key":"x"}', '{"private_key":"x"}'],
  ["TF_CLI_ARGS_init", "-backend-config=password=state-password -upgrade", "state-password"],
])("%s holds a secret", (name, value, secret) => {
  expect(secretsOf(ioWith({ [name]: value }))).toEqual([secret]);
});

it.each<[string, string]>([
  ["TF_VAR_region", "eu-central-1-and-more"],
  ["TF_VAR_name_of_a_network", "production-network"],
  ["TF_WORKSPACE", "production-network"],
  ["GOOGLE_CREDENTIALS", "/home/someone/credentials.json"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/home/someone/credentials.json"],
  ["TF_CLI_ARGS_init", "-backend-config=bucket=production-network"],
  ["TF_HTTP_USERNAME", "state-user-name"],
  ["PATH", "/usr/local/bin:/usr/bin:/bin"],
  ["TFE_TOKEN", ""],
])("%s=%s holds none", (name, value) => {
  expect(secretsOf(ioWith({ [name]: value }))).toEqual([]);
});

it("takes the variable that an organization names for its token, and no other of Terraform's", () => {
  const io = ioWith({ TF_VAR_pat_of_acme: "an-old-token", TF_VAR_pat_of_other: "another-text-of-some-length" });
  expect(secretsOf(io)).toEqual([]);
  holdsToken(io, "pat_of_acme");
  expect(secretsOf(io)).toEqual(["an-old-token"]);
});

it("takes what it is told, wherever that came from", () => {
  const io = ioWith({});
  holdsSecret(io, "from-standard-input");
  expect(secretsOf(io)).toEqual(["from-standard-input"]);
  expect(secretsOf(ioWith({}))).toEqual([]);
});
