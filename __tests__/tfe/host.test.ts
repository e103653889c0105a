import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MockAgent } from "undici";
import { ExternalError, UsageError } from "../../lib/errors";
import { resolveHost } from "../../lib/tfe/host";
import { startSandbox } from "../../sandbox";

const HOST = "tfe.example.com";
const SERVICE = "http://127.0.0.1:8080/api/v2/";

let home: string;
let internet: MockAgent;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "repoint-home-"));
  internet = new MockAgent();
  internet.disableNetConnect();
});
afterEach(async () => {
  await internet.close();
  rmSync(home, { recursive: true, force: true });
});

function file(path: string, content: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}
const hostBlock = (host = HOST) => `host "${host}" {\n  services = { "tfe.v2.2" = "${SERVICE}" }\n}\n`;
const credentials = (token: string, host = HOST) => `credentials "${host}" {\n  token = "${token}"\n}\n`;
/** Where the token was found, with the home folder as `~`. */
async function source(env: NodeJS.ProcessEnv, hostname = HOST): Promise<string> {
  const { token, tokenSource } = await resolveHost(hostname, { HOME: home, ...env }, { dispatcher: internet });
  return `${token} from ${tokenSource.replace(home, "~")}`;
}

describe("the token", () => {
  it("is the first that is found where Terraform's users keep it", async () => {
    const main = file(".terraformrc", hostBlock() + credentials("in-configuration"));
    const login = JSON.stringify({ credentials: { [HOST]: { token: "by-login" } } });
    file(".terraform.d/credentials.tfrc.json", login);
    const env: NodeJS.ProcessEnv = { TFE_TOKEN: "providers", TF_TOKEN_tfe_example_com: "hosts" };
    expect(await source(env)).toBe("providers from TFE_TOKEN");
    expect(await source({ ...env, TFE_TOKEN: "" })).toBe("hosts from TF_TOKEN_tfe_example_com");
    expect(await source({ TF_TOKEN_tfe_example_com: "" })).toBe("in-configuration from ~/.terraformrc");
    writeFileSync(main, "");
    file(".terraform.d/hosts.tfrc", hostBlock());
    const more = file(
      ".terraform.d/tokens.tfrc.json",
      JSON.stringify({ credentials: { [HOST]: { token: "in-folder" } } }),
    );
    expect(await source({})).toBe("in-folder from ~/.terraform.d/tokens.tfrc.json");
    rmSync(more);
    expect(await source({})).toBe("by-login from ~/.terraform.d/credentials.tfrc.json");
  });

  it("is not sent to another host than TFE_HOSTNAME says it is for; one that is bound to a host is", async () => {
    file(".terraformrc", hostBlock());
    const env: NodeJS.ProcessEnv = { TFE_TOKEN: "providers", TFE_HOSTNAME: "TFE.example.com" };
    expect(await source(env)).toBe("providers from TFE_TOKEN");
    expect(await source({ ...env, TFE_HOSTNAME: "" })).toBe("providers from TFE_TOKEN");
    await expect(source({ ...env, TFE_HOSTNAME: "other.example.com" })).rejects.toThrow(
      "TFE_TOKEN is for other.example.com",
    );
    expect(await source({ TF_TOKEN_tfe_example_com: "hosts", TFE_HOSTNAME: "other.example.com" })).toBe(
      "hosts from TF_TOKEN_tfe_example_com",
    );
  });

  it.each([
    ["my-tfe.example.com", "TF_TOKEN_my__tfe_example_com"],
    ["my-tfe.example.com", "TF_TOKEN_my-tfe_example_com"],
    ["a-b-c.example.com", "TF_TOKEN_a__b-c_example_com"],
    ["TFE.Example.com", "TF_TOKEN_tfe_example_com"],
    ["tfe.example.com", "TF_TOKEN_TFE_Example_com"],
    ["bücher.example.com", "TF_TOKEN_xn____bcher__kva_example_com"],
    ["bücher.example.com", "TF_TOKEN_xn--bcher-kva_example_com"],
  ])("of %s may be in %s", async (hostname, variable) => {
    file(".terraformrc", hostBlock(hostname));
    expect(await source({ [variable]: "hosts", TF_TOKEN_other_example_com: "anothers" }, hostname)).toBe(
      `hosts from ${variable}`,
    );
  });

  it("of another host is none", async () => {
    file(".terraformrc", hostBlock() + credentials("anothers", "other.example.com"));
    await expect(source({ TF_TOKEN_other_example_com: "anothers" })).rejects.toBeInstanceOf(UsageError);
  });

  it("that is nowhere is asked for, with every place that was looked at", async () => {
    const error = await source({}, "my-tfe.example.com").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      problems: [
        {
          rule: "tfe/no-token",
          message:
            "there is no token for my-tfe.example.com; looked at: TFE_TOKEN, TF_TOKEN_my__tfe_example_com, a credentials block in ~/.terraformrc, a credentials block in ~/.terraform.d/credentials.tfrc.json",
          fix: "terraform login my-tfe.example.com, or set one of the variables",
        },
      ],
    });
  });
});

describe("the CLI configuration", () => {
  it.each([
    [
      "JSON objects",
      { host: { [HOST]: { services: { "tfe.v2.2": SERVICE } } }, credentials: { [HOST]: { token: "t" } } },
    ],
    [
      "JSON lists",
      {
        host: [{ "other.example.com": [{}] }, { [HOST]: [{ services: { "tfe.v2": SERVICE } }] }],
        credentials: [{ [HOST]: [{ token: "t" }] }],
      },
    ],
  ])("may be %s", async (_, content) => {
    const path = file("configuration.tfrc", JSON.stringify(content));
    expect(await resolveHost(HOST, { HOME: home, TF_CLI_CONFIG_FILE: path })).toMatchObject({
      hostname: HOST,
      apiUrl: SERVICE,
      token: "t",
      tokenSource: path,
    });
  });

  it("is the file that TF_CLI_CONFIG_FILE names, instead of the one in the home folder", async () => {
    file(".terraformrc", credentials("home's"));
    const path = file("mine.tfrc", hostBlock() + credentials("mine"));
    expect(await source({ TF_CLI_CONFIG_FILE: path })).toBe("mine from ~/mine.tfrc");
  });

  it("replaces discovery with its host block, relative to the host, with a slash at the end", async () => {
    file(".terraformrc", `host "${HOST}" {\n  services = { "tfe.v2.2" = "/elsewhere/v2" }\n}\n`);
    const { apiUrl } = await resolveHost(HOST, { HOME: home, TFE_TOKEN: "t" });
    expect(apiUrl).toBe(`https://${HOST}/elsewhere/v2/`);
  });

  it("that cannot be read is named, and nothing of it is repeated", async () => {
    const path = file(".terraformrc", `${credentials("a-secret-token")}host "x" {`);
    const error = await source({}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ problems: [{ rule: "tfe/cli-configuration", file: path }] });
    expect(String(error)).not.toContain("a-secret-token");
  });

  it("is understood as Terraform does, the sandbox's for example", async () => {
    const sandbox = await startSandbox();
    try {
      const env = { HOME: home, TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig };
      expect(await resolveHost(sandbox.hostname, env)).toMatchObject({
        hostname: sandbox.hostname,
        apiUrl: `${sandbox.tfe.url}/api/v2/`,
        token: sandbox.tfe.token,
        tokenSource: sandbox.terraformCliConfig,
      });
    } finally {
      await sandbox.close();
    }
  });
});

describe("discovery", () => {
  const env = { TFE_TOKEN: "the-token" };
  const wellKnown = (status: number, body: string) =>
    internet
      .get(`https://${HOST}`)
      .intercept({ path: "/.well-known/terraform.json" })
      .reply(status, body, { headers: { "content-type": "application/json" } });
  const failure = () =>
    resolveHost(HOST, { HOME: home, ...env }, { dispatcher: internet }).catch((thrown: unknown) => thrown);

  it.each([
    [{ "tfe.v2": "/api/v2/", "tfe.v2.2": "/api/v2.2/" }, `https://${HOST}/api/v2.2/`],
    [{ "tfe.v2": "/api/v2/" }, `https://${HOST}/api/v2/`],
    [{ "tfe.v2.2": "https://api.example.com/api/v2" }, "https://api.example.com/api/v2/"],
  ])("follows %j", async (services, apiUrl) => {
    wellKnown(200, JSON.stringify(services));
    expect(await resolveHost(HOST, { HOME: home, ...env }, { dispatcher: internet })).toMatchObject({ apiUrl });
  });

  it("fails where there is no TFE", async () => {
    wellKnown(200, JSON.stringify({ "modules.v1": "/v1/modules/" }));
    expect(await failure()).toEqual(
      new ExternalError(`https://${HOST}/.well-known/terraform.json does not describe a TFE API (status 200)`),
    );
  });

  it.each([
    [404, "<html>not here</html>"],
    [200, ""],
  ])("fails on an answer that is no document: %d %j", async (status, body) => {
    wellKnown(status, body);
    const error = await failure();
    expect(error).toBeInstanceOf(ExternalError);
    expect(String(error)).toContain(HOST);
    expect(String(error)).not.toContain("the-token");
  });

  it("fails where nobody answers", async () => {
    const error = await failure();
    expect(error).toBeInstanceOf(ExternalError);
    expect(String(error)).toContain(`${HOST} cannot be reached: `);
  });
});
