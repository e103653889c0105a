import { guardedEnvironment } from "../../lib/guard/child-environment";

const PROXY = "http://repoint:secret@127.0.0.1:4711";
const child = (env: NodeJS.ProcessEnv, serviceUrl = "http://tfe.corp.example/api/v2/") =>
  guardedEnvironment(env, {
    configurationFile: "/run/terraform.tfrc.json",
    serviceUrl,
    proxyUrl: PROXY,
    token: "tfe-token",
    tokens: new Map([
      ["other-host.example.com", "other"],
      ["set.example.com", "file's"],
    ]),
  });

it("leads the provider to the guard, and hands tokens on in the environment alone", () => {
  expect(
    child({ PATH: "/bin", TERRAFORM_CONFIG: "/mine", http_proxy: "http://small:1", TF_TOKEN_set_example_com: "mine" }),
  ).toEqual({
    PATH: "/bin",
    TF_CLI_CONFIG_FILE: "/run/terraform.tfrc.json",
    TFE_TOKEN: "tfe-token",
    TF_TOKEN_other__host_example_com: "other",
    TF_TOKEN_set_example_com: "mine",
    HTTP_PROXY: PROXY,
    http_proxy: PROXY,
    TF_VAR_repoint_guard: "on",
    REPOINT_GUARD: "on",
  });
});

it("keeps the user's way out for everything else", () => {
  const env = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "gitlab.corp.example,10.0.0.0/8" };
  expect(child(env)).toMatchObject({ ...env, HTTP_PROXY: PROXY });
});

it.each([
  ["*", ""],
  [".corp.example,localhost", "localhost"],
  ["corp.example", ""],
  ["TFE.corp.example , other", "other"],
  ["tfe.corp.example:80,x", "x"],
  ["tfe.corp.example:8443", "tfe.corp.example:8443"],
])("takes what covers the host out of NO_PROXY=%s, and passes on what that covered too", (noProxy, left) => {
  const { NO_PROXY, HTTPS_PROXY } = child({ no_proxy: noProxy, https_proxy: "http://proxy:3128" });
  if (left === noProxy) expect({ NO_PROXY, HTTPS_PROXY }).toEqual({ NO_PROXY: undefined, HTTPS_PROXY: undefined });
  else expect({ NO_PROXY, HTTPS_PROXY }).toEqual({ NO_PROXY: left, HTTPS_PROXY: PROXY });
});

it("sends https no other way where there was no proxy for it", () => {
  expect(child({ NO_PROXY: "*" }).HTTPS_PROXY).toBeUndefined();
});
