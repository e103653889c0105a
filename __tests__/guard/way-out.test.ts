import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificate, certificate } from "../http/certificate";
import { closeAll, serve, serveProxy } from "../http/network";
import { FakeClock } from "../tfe/support";
import { closeGuards, guarded, refusalOf } from "./support";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-guard-"));
});
afterEach(async () => {
  await closeGuards();
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

const authority = certificate({ name: "Example Root", authority: true, hosts: [] });
const own: Certificate = certificate({ issuer: authority, hosts: ["127.0.0.1", "tfe.example.com"] });
const pong: RequestListener = (request, response) => {
  response.writeHead(200, { "content-type": "application/vnd.api+json", "x-ratelimit-limit": "30" });
  response.end(JSON.stringify({ data: null, path: request.url }));
};
const start = (apiUrl: string, env: NodeJS.ProcessEnv = {}, hostname = "tfe.example.com") =>
  guarded({ upstream: { hostname, apiUrl, token: "aaaaaaaaaaaaaa.atlasv1.x" }, env, clock: new FakeClock() });
function authorities(): string {
  const file = join(folder, "ca.pem");
  writeFileSync(file, authority.cert);
  return file;
}

test("a certificate that is not trusted is not taken", async () => {
  const { ask } = await start(`https://127.0.0.1:${await serve(pong, own)}/api/v2/`);
  const [status, , detail] = refusalOf(await ask("GET", "ping"));
  expect([status, detail]).toEqual([424, expect.stringContaining("not trusted here")]);
});

test("the user's own authorities are", async () => {
  const port = await serve(pong, own);
  const { ask } = await start(`https://127.0.0.1:${port}/api/v2/`, { SSL_CERT_FILE: authorities() });
  expect((await ask("GET", "ping")).status).toBe(200);
});

test("the user's own proxy leads to the server, by the server's name", async () => {
  const { port, seen } = await serveProxy({ hosts: { "tfe.example.com": await serve(pong, own) }, user: "me:p@ss" });
  const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}`, SSL_CERT_FILE: authorities() };
  const { ask, guard } = await start("https://tfe.example.com/api/v2/", env);
  expect((await ask("GET", "ping")).status).toBe(200);
  expect(seen).toEqual(["CONNECT tfe.example.com:443"]);
  expect(guard.serviceUrl).toBe("http://tfe.example.com/api/v2/");
});

test("the service goes by the host of its API, as without a guard", async () => {
  const { guard } = await start("https://api.example.com:8443/tfe/v2");
  expect(guard.serviceUrl).toBe("http://api.example.com:8443/tfe/v2/");
});

test("what is beside the API on the same host is reached, too", async () => {
  const { ask, guard } = await start(`http://127.0.0.1:${await serve(pong)}/api/v2/`);
  const answer = await ask("GET", `${new URL(guard.serviceUrl).origin}/api/registry/public/v1/x?y=1`);
  expect(answer.body.path).toBe("/api/registry/public/v1/x?y=1");
  expect((await ask("DELETE", `${new URL(guard.serviceUrl).origin}/api/registry/public/v1/x`)).status).toBe(403);
});

test.each(["localhost", "127.0.0.1", "[::1]", "localhost:8080", "127.1.2.3"])(
  "%s cannot be guarded, since nothing reaches it through a proxy",
  async (hostname) => {
    await expect(start("http://127.0.0.1:1/api/v2/", {}, hostname)).rejects.toThrow(
      /is this machine, and.*\[guard\/loopback\]/,
    );
  },
);

test.each<[NodeJS.ProcessEnv, RegExp]>([
  [{ HTTPS_PROXY: "://" }, /HTTPS_PROXY is not the address of a proxy/],
  [{ SSL_CERT_FILE: "/no/such/file" }, /the file that SSL_CERT_FILE names is not there/],
])("an environment that cannot be used is said at once: %j", async (env, said) => {
  await expect(start("https://tfe.example.com/api/v2/", env)).rejects.toThrow(said);
});
