import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockAgent } from "undici";
import { ExternalError, UsageError } from "../../lib/errors";
import { resolveHost } from "../../lib/tfe/host";

const HOST = "tfe.example.com";
const PATH = "/.well-known/terraform.json";

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
const resolve = (env: NodeJS.ProcessEnv, hostname = HOST) =>
  resolveHost(hostname, { HOME: home, ...env }, { dispatcher: internet });
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const configure = (content: string) => writeFileSync(join(home, ".terraformrc"), content);
const answer = (origin: string, path: string, status: number, body: string, headers: Record<string, string> = {}) =>
  internet.get(origin).intercept({ path }).reply(status, body, { headers });

it.each([
  ["TFE.Example.COM", HOST],
  [HOST, "TFE.Example.COM"],
  ["bücher.example.com", "xn--bcher-kva.example.com"],
  [`${HOST}:443`, HOST],
])("finds the blocks of %s for %s", async (written, wanted) => {
  configure(
    `host "${written}" {\n  services = { "tfe.v2.2" = "http://127.0.0.1:1/api/v2/" }\n}\ncredentials "${written}" {\n  token = "t"\n}\n`,
  );
  expect(await resolve({}, wanted)).toMatchObject({ apiUrl: "http://127.0.0.1:1/api/v2/", token: "t" });
});

it("takes another port for another host", async () => {
  configure(`credentials "${HOST}:8443" {\n  token = "t"\n}\n`);
  expect(await failure(resolve({}))).toMatchObject({ problems: [{ rule: "tfe/no-token" }] });
});

it("says that the configuration is not a file that can be read", async () => {
  const folder = join(home, "folder");
  mkdirSync(folder);
  expect(await failure(resolve({ TF_CLI_CONFIG_FILE: folder }))).toMatchObject({
    problems: [
      {
        rule: "tfe/cli-configuration",
        file: folder,
        message: "it is a folder, not a file",
      },
    ],
  });
});

it.each(["secret-part\n", "secret-part two", " secret-part", "secret-part€"])(
  "refuses %j before it is sent, and does not repeat it",
  async (token) => {
    const error = await failure(resolve({ TFE_TOKEN: token }));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("the value of TFE_TOKEN is not a token");
    expect(String(error)).not.toContain("secret-part");
  },
);

it.each<[string, string]>([
  ["token\n", "there is a line break (U+000A) at its end, character 6 of 6"],
  ["\u{feff}token", "there is a byte order mark (U+FEFF) at its beginning, character 1 of 6"],
  ["to\tken", "there is a tab (U+0009) in the middle, character 3 of 6"],
  ["to\u200b\u202eken", "there is a zero-width space (U+200B) in the middle, character 3 of 7, and 1 more such"],
  ["\n\n", "there is a line break (U+000A) and nothing else, character 1 of 2, and 1 more such"],
])("says which character %j may not hold", async (token, trouble) => {
  expect(String(await failure(resolve({ TFE_TOKEN: token })))).toContain(
    `the value of TFE_TOKEN is not a token: ${trouble} [`,
  );
});

describe("discovery", () => {
  const env = { TFE_TOKEN: "the-token" };
  const document = JSON.stringify({ "tfe.v2.2": "/api/v2/" });

  it("follows where the host leads, and takes its address from there", async () => {
    answer(`https://${HOST}`, PATH, 301, "", { location: `https://app.example.com${PATH}` });
    answer("https://app.example.com", PATH, 302, "", { location: "/elsewhere.json" });
    answer("https://app.example.com", "/elsewhere.json", 200, document);
    expect((await resolve(env)).apiUrl).toBe("https://app.example.com/api/v2/");
  });

  it("does not follow to where the token could be read on the way", async () => {
    answer(`https://${HOST}`, PATH, 301, "", { location: `http://${HOST}${PATH}` });
    expect(await failure(resolve(env))).toEqual(
      new ExternalError(`https://${HOST}${PATH} redirects to http://${HOST}${PATH}; Repoint does not follow this`),
    );
  });

  it.each(["http://tfe.example.com/api/v2/", "https://user:pass@tfe.example.com/", "file:///api/v2/"])(
    "takes no address that a token may not be sent to: %s",
    async (service) => {
      answer(`https://${HOST}`, PATH, 200, JSON.stringify({ "tfe.v2.2": service }));
      expect(String(await failure(resolve(env)))).toContain("does not describe a TFE API");
    },
  );

  it("does not go round in circles", async () => {
    internet
      .get(`https://${HOST}`)
      .intercept({ path: PATH })
      .reply(302, "", { headers: { location: PATH } })
      .times(4);
    expect(String(await failure(resolve(env)))).toContain("Repoint does not follow this");
    internet.assertNoPendingInterceptors();
  });

  it("says that the server is ill", async () => {
    answer(`https://${HOST}`, PATH, 503, "<html>");
    expect(await failure(resolve(env))).toEqual(new ExternalError(`https://${HOST}${PATH} answered 503`));
  });

  it("names the variable that trusts an authority of one's own", async () => {
    internet
      .get(`https://${HOST}`)
      .intercept({ path: PATH })
      .replyWithError(Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }));
    expect(await failure(resolve(env))).toMatchObject({ fix: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
  });
});
