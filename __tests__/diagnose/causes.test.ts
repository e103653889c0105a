import { diagnosed, grantInvalid, modern, refusedApi, tfe, tokenRevoked } from "./support/logs";

const causes = async (name: string, lines: readonly string[]) => {
  const diagnosis = await diagnosed({ [name]: `${lines.join("\n")}\n` });
  return [diagnosis.verdict, ...diagnosis.causes.map((cause) => `${cause.rule}: ${cause.subject ?? ""}`)];
};

/** What Terraform Enterprise logs when GitLab gives one of its reasons. */
const answer: Readonly<Record<string, string>> = {
  token_revoked: tokenRevoked,
  token_expired:
    "Server responded with code 401, message: Token is expired. You can either do re-authorization or token refresh.",
  insufficient_scope: "Server responded with code 403, message: insufficient_scope",
  user_blocked: "Server responded with code 403, message: 403 Forbidden - Your account has been blocked",
};
const unauthorized = "Server responded with code 401, message: 401 Unauthorized";

test.each([
  ["token_revoked", "token-revoked: PersonalAccessToken/12"],
  ["token_expired", "token-expired: PersonalAccessToken/12"],
  ["insufficient_scope", "insufficient-scope: PersonalAccessToken/12"],
  ["impersonation_disabled", "impersonation-disabled: PersonalAccessToken/12"],
  ["user_blocked", "user-blocked: PersonalAccessToken/12"],
  ["dpop_error", "refused-otherwise: dpop_error"],
])(
  "GitLab's reason %s is a cause where Terraform Enterprise logged it at the time, and context elsewhere",
  async (reason, cause) => {
    const told = answer[reason] ?? unauthorized;
    const files = (time: string) => ({
      "api_json.log": `${refusedApi(reason)}\n`,
      "atlas.log": `${tfe(told, time)}\n`,
    });
    const near = await diagnosed(files("2024-05-01 10:00:30"));
    expect([near.verdict, near.causes.map((one) => `${one.rule}: ${one.subject ?? ""}`)]).toEqual([
      "other-cause",
      expect.arrayContaining([cause]),
    ]);
    const days = await diagnosed(files("2024-05-04 10:00:30"));
    expect(days.causes.map(({ subject }) => subject)).not.toContain("PersonalAccessToken/12");
    const alone = await diagnosed({ "api_json.log": refusedApi(reason) });
    expect([alone.verdict, alone.causes, alone.context.map(({ rule, subject }) => [rule, subject])]).toEqual([
      "insufficient",
      [],
      [["token-of-others", `PersonalAccessToken/12 (${reason})`]],
    ]);
  },
);

test("a reason on a request that succeeded all the same is none", async () => {
  expect(await causes("api_json.log", [refusedApi("insufficient_scope", { status: 200 })])).toEqual(["nothing-found"]);
});

test("an OAuth token that has expired is the normal course of things", async () => {
  const line = refusedApi("token_expired", { "meta.auth_fail_token_id": "OauthAccessToken/9" });
  expect(await causes("api_json.log", [line])).toEqual(["nothing-found"]);
});

test("an OAuth token that lacks a scope is not", async () => {
  const line = refusedApi("insufficient_scope", { status: 403, "meta.auth_fail_token_id": "OauthAccessToken/9" });
  expect(await causes("api_json.log", [line])).toEqual(["insufficient"]);
  const both = { "api_json.log": line, "atlas.log": tfe(answer.insufficient_scope ?? "") };
  expect((await diagnosed(both)).causes.map(({ subject }) => subject)).toEqual(["OauthAccessToken/9", null]);
});

test("a refusal without a reason is not passed over", async () => {
  const diagnosis = await diagnosed({
    "atlas.log": `${tfe("Server responded with code 403, message: 403 Forbidden")}\n`,
  });
  expect([diagnosis.verdict, diagnosis.context.map(({ rule }) => rule)]).toEqual([
    "insufficient",
    ["error-unauthorized"],
  ]);
});

test.each([
  [
    "Server responded with code 401, message: Token is expired. You can either do re-authorization or token refresh.",
    "token-expired: ",
  ],
  ["Server responded with code 403, message: insufficient_scope", "insufficient-scope: "],
  ["Server responded with code 403, message: 403 Forbidden - Your account has been blocked", "user-blocked: "],
  ["Server responded with code 403, message: Your account is pending approval", "user-blocked: "],
  ["Client authentication failed due to unknown client, no client authentication included", "invalid-client: "],
  ["Server responded with code 502, message: Bad Gateway", "gitlab-failing: "],
  ["Server responded with code 429, message: Retry later", "rate-limited: "],
])("TFE's words “%s” have their own verdict", async (words, cause) => {
  expect(await causes("sidekiq.log", [tfe(words)])).toEqual(["other-cause", cause]);
});

test("a refresh that GitLab failed or throttled", async () => {
  expect(await causes("production_json.log", [modern({ status: 502 })])).toEqual(["other-cause", "gitlab-failing: "]);
  expect(await causes("production_json.log", [modern({ status: 429 })])).toEqual(["other-cause", "rate-limited: "]);
  const throttled = JSON.stringify({
    severity: "ERROR",
    time: "2024-05-01T10:00:00.000Z",
    message: "Rack_Attack",
    env: "throttle",
    path: "/oauth/token",
    request_method: "POST",
  });
  expect(await causes("auth_json.log", [throttled])).toEqual(["insufficient"]);
  const both = { "auth_json.log": throttled, "atlas.log": tfe("Server responded with code 429, message: Retry later") };
  expect((await diagnosed(both)).causes.map(({ rule, count }) => [rule, count])).toEqual([["rate-limited", 2]]);
});

test("401 from a GitLab that answers invalid grants with 400 is an invalid client", async () => {
  expect(await causes("production_json.log", [modern({ status: 401, client: "abcdefgh12345678" })])).toEqual([
    "other-cause",
    "invalid-client: abcdefgh…",
  ]);
});

test("the article's error in TFE's logs alone is not enough, and what to collect is said", async () => {
  const diagnosis = await diagnosed({ "atlas.log": `${tfe(grantInvalid)}\n${tfe(tokenRevoked)}\n` });
  expect(diagnosis.verdict).toBe("insufficient");
  expect(diagnosis.totals.errors).toEqual({ "grant-invalid": 1, "token-revoked": 1 });
  expect(diagnosis.collect.map((step) => step.command)).toEqual([
    "sudo zgrep -h '/oauth/token' /var/log/gitlab/gitlab-rails/production_json.log* > gitlab-tokens-$(hostname).log",
    "kubectl logs --namespace gitlab --selector app=webservice --container webservice --prefix --tail=-1 --max-log-requests=50 > gitlab-webservice.log",
    "sudo zgrep -h 'auth_fail_reason' /var/log/gitlab/gitlab-rails/api_json.log* > gitlab-refusals-$(hostname).log",
    "repoint diagnose *.log",
  ]);
});

test("a revoked personal access token explains TFE's error without a race", async () => {
  const diagnosis = await diagnosed({
    "atlas.log": `${tfe(tokenRevoked)}\n`,
    "api_json.log": `${refusedApi("token_revoked")}\n`,
  });
  expect([diagnosis.verdict, diagnosis.races]).toEqual(["other-cause", []]);
});

test("a personal access token's fault does not explain a refused refresh, and that is said", async () => {
  const input = { "atlas.log": `${tfe(grantInvalid)}\n`, "api_json.log": `${refusedApi("token_revoked")}\n` };
  const diagnosis = await diagnosed(input);
  expect([diagnosis.verdict, diagnosis.summary]).toEqual([
    "insufficient",
    "These logs contain Terraform Enterprise's error, but not its cause. GitLab's logs of the same period may show it.",
  ]);
  expect(diagnosis.collect.map((step) => step.command.split(" ").slice(0, 2).join(" "))).toEqual([
    "sudo zgrep",
    "kubectl logs",
    "repoint diagnose",
  ]);
});

test("of many tokens the most numerous are named, the rest counted together", async () => {
  const lines = Array.from({ length: 40 }, (_, index) =>
    refusedApi("token_expired", {
      "meta.auth_fail_token_id": `PersonalAccessToken/${index % 30}`,
      correlation_id: `${index}`,
    }),
  );
  const diagnosis = await diagnosed({ "api_json.log": lines.join("\n") });
  expect(diagnosis.context.map(({ subject, count }) => [subject, count])).toEqual([
    ...Array.from({ length: 10 }, (_, index) => [`PersonalAccessToken/${index} (token_expired)`, 2]),
    ["20 others", 20],
  ]);
});
