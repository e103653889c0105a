import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { certificate } from "../http/certificate";
import { closeAll, serve, serveProxy } from "../http/network";
import { type Stage, startStage } from "./support";

const HOST = "tfe.sandbox.test";
const PASSWORD = "SECRETsecretSECRET";
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 4 });
});
afterEach(async () => {
  await stage.close();
  await closeAll();
});

it("reads an organization through a proxy, from a server with a certificate of one's own authority", async () => {
  const root = certificate({ name: "Example Root", authority: true, hosts: [] });
  const sandbox = new URL(stage.sandbox.tfe.url);
  const front = await serve(
    (incoming, response) => {
      if (incoming.url === "/.well-known/terraform.json") return void response.end('{"tfe.v2.2":"/api/v2/"}');
      const { method, url: path, headers } = incoming;
      const onward = request({ host: sandbox.hostname, port: sandbox.port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
    },
    certificate({ issuer: root, hosts: [HOST] }),
  );
  const proxy = await serveProxy({ hosts: { [HOST]: front }, user: `me:${PASSWORD}` });
  delete stage.env.TF_CLI_CONFIG_FILE;
  stage.env.TFE_TOKEN = stage.sandbox.tfe.token;
  stage.env.HTTPS_PROXY = `http://me:${PASSWORD}@127.0.0.1:${proxy.port}`;

  const untrusted = await stage.repoint("inventory", "sandbox");
  expect([untrusted.code, untrusted.stderr]).toEqual([
    3,
    expect.stringContaining(`the certificate of ${HOST} comes from an authority that is not trusted here`),
  ]);
  expect(untrusted.stderr).toContain("SSL_CERT_FILE");

  stage.env.SSL_CERT_FILE = join(stage.folder, "ca.pem");
  writeFileSync(stage.env.SSL_CERT_FILE, root.cert);
  const read = await stage.repoint("inventory", "sandbox");
  expect([read.code, read.stdout]).toEqual([0, expect.stringContaining("4 workspaces")]);
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${HOST}:443`]));

  stage.env.HTTPS_PROXY = `http://me:${PASSWORD}-wrong@127.0.0.1:${proxy.port}`;
  const refused = await stage.repoint("inventory", "sandbox");
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringContaining(
      `the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY) needs a user name and password (407)`,
    ),
  ]);
  for (const { stdout, stderr } of [untrusted, read, refused]) expect(stdout + stderr).not.toContain(PASSWORD);
});
