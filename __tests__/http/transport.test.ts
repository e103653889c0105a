import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type Exchange, Transport, type TransportOptions } from "../../lib/http/transport";
import { type Certificate, certificate } from "./certificate";
import { closeAll, serve, serveProxy } from "./network";

const SECRET = "SECRETsecretSECRET";
let folder: string;
let transports: Transport[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-http-"));
  transports = [];
});
afterEach(async () => {
  await Promise.all(transports.map((transport) => transport.destroy()));
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});
function file(name: string, text: string): string {
  const whole = join(folder, name);
  writeFileSync(whole, text);
  return whole;
}
async function get(url: string, env: NodeJS.ProcessEnv = {}, options: TransportOptions = {}): Promise<Exchange> {
  const transport = new Transport({ env, ...options });
  transports.push(transport);
  const exchange = await transport.exchange({ method: "GET", url: new URL(url), headers: { authorization: SECRET } });
  expect(JSON.stringify(exchange)).not.toContain(SECRET);
  return exchange;
}
const answering = (text: string) => serve((_, response) => void response.end(text));
const secure = (chain: Pick<Certificate, "cert" | "key">) => serve((_, response) => void response.end("secure"), chain);

describe("a certificate", () => {
  const root = () => certificate({ name: "Example Root", authority: true, hosts: [] });

  it.each<[string, () => Certificate, RegExp, RegExp]>([
    [
      "self-signed",
      () => certificate(),
      /is self-signed and not trusted here \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      /NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/,
    ],
    [
      "of an authority of one's own",
      () => certificate({ issuer: root() }),
      /comes from an authority that is not trusted here, or lacks intermediate certificates \(UNABLE_TO_\w+\)$/,
      /NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/,
    ],
  ])("that is %s is refused, and asked for once", async (_, make, reason, fix) => {
    const port = await secure(make());
    const exchange = await get(`https://127.0.0.1:${port}/`);
    expect(exchange).toMatchObject({
      type: "hopeless",
      reason: expect.stringMatching(reason),
      fix: expect.stringMatching(fix),
    });
    expect("reason" in exchange && exchange.reason).toContain(`the certificate of 127.0.0.1:${port} `);
  });

  it.each<[string, object, RegExp, string]>([
    [
      "has expired",
      { from: new Date("2020-01-01"), until: new Date("2021-01-01") },
      /has expired \(CERT_HAS_EXPIRED\)$/,
      "renew it on the server; if it is valid, correct this machine's clock",
    ],
    [
      "is not valid yet",
      { from: new Date("2090-01-01"), until: new Date("2091-01-01") },
      /is not valid yet \(CERT_NOT_YET_VALID\)$/,
      "clock",
    ],
    [
      "is for another name",
      { hosts: ["other.example.com", "*.example.org"] },
      /is for another name: other\.example\.com, \*\.example\.org \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
      "use the certificate's name, or get a certificate for this name",
    ],
  ])("that %s is refused, although its authority is trusted", async (_, options, reason, fix) => {
    const authority = root();
    const port = await secure(certificate({ issuer: authority, ...options }));
    expect(await get(`https://127.0.0.1:${port}/`, { SSL_CERT_FILE: file("ca.pem", authority.cert) })).toMatchObject({
      type: "hopeless",
      reason: expect.stringMatching(reason),
      fix: expect.stringContaining(fix),
    });
  });

  it.each(["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"])(
    "is taken by the authority in %s",
    async (variable) => {
      const authority = root();
      const port = await secure(certificate({ issuer: authority }));
      mkdirSync(join(folder, "certs"));
      const path = file("certs/ca.pem", authority.cert);
      const env = { [variable]: variable === "SSL_CERT_DIR" ? `/nonexistent:${join(folder, "certs")}` : path };
      expect(await get(`https://127.0.0.1:${port}/`, env)).toMatchObject({ type: "answered", text: "secure" });
    },
  );

  it.each<[string, string, string]>([
    ["NODE_EXTRA_CA_CERTS", "missing.pem", "the file that NODE_EXTRA_CA_CERTS names is not there"],
    ["SSL_CERT_FILE", "empty.pem", "the file that SSL_CERT_FILE names contains no certificate in PEM format"],
  ])("cannot be checked by what %s names wrongly", async (variable, name, message) => {
    file("empty.pem", "nothing");
    await expect(get("https://127.0.0.1:1/", { [variable]: join(folder, name) })).rejects.toThrow(message);
  });

  it("is not there where http is spoken", async () => {
    const port = await answering("plain");
    expect(await get(`https://127.0.0.1:${port}/`)).toMatchObject({
      type: "hopeless",
      reason: expect.stringContaining(`127.0.0.1:${port} failed the TLS handshake`),
    });
  });
});

describe("a proxy", () => {
  it("carries https in a tunnel, with its user and password", async () => {
    const authority = certificate({ name: "Example Root", authority: true, hosts: [] });
    const port = await secure(certificate({ issuer: authority, hosts: ["tfe.example.com"] }));
    const proxy = await serveProxy({ hosts: { "tfe.example.com": port }, user: `me:${SECRET}%` });
    const env = {
      https_proxy: `http://me:${SECRET}%25@127.0.0.1:${proxy.port}`,
      SSL_CERT_FILE: file("ca.pem", authority.cert),
    };
    expect(await get("https://tfe.example.com/x", env)).toMatchObject({ type: "answered", text: "secure" });
    expect(proxy.seen).toEqual(["CONNECT tfe.example.com:443"]);
  });

  it("checks the server's certificate through the tunnel too", async () => {
    const port = await secure(certificate({ hosts: ["tfe.example.com"] }));
    const proxy = await serveProxy({ hosts: { "tfe.example.com": port, "wrong.example.com": port } });
    const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
    expect(await get("https://tfe.example.com/", { HTTPS_PROXY })).toMatchObject({
      type: "hopeless",
      reason: "the certificate of tfe.example.com is self-signed and not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT)",
    });
    const authority = certificate({ name: "Example Root", authority: true, hosts: [] });
    const other = await secure(certificate({ issuer: authority, hosts: ["tfe.example.com"] }));
    const second = await serveProxy({ hosts: { "wrong.example.com": other } });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${second.port}`, SSL_CERT_FILE: file("ca.pem", authority.cert) };
    expect(await get("https://wrong.example.com/", env)).toMatchObject({
      type: "hopeless",
      reason:
        "the certificate of wrong.example.com is for another name: tfe.example.com (ERR_TLS_CERT_ALTNAME_INVALID)",
    });
  });

  it("carries http without one, and is passed by for what NO_PROXY names and for this machine", async () => {
    const port = await answering("plain");
    const proxy = await serveProxy({ hosts: { "tfe.example.com": port } });
    const HTTP_PROXY = `127.0.0.1:${proxy.port}`;
    expect(await get("http://tfe.example.com/x?y=1", { HTTP_PROXY })).toMatchObject({
      type: "answered",
      text: "plain",
    });
    expect(await get(`http://127.0.0.1:${port}/`, { HTTP_PROXY })).toMatchObject({ type: "answered", text: "plain" });
    expect(proxy.seen).toEqual(["GET http://tfe.example.com/x?y=1"]);
  });

  it.each<[string, Parameters<typeof serveProxy>[0], string, object]>([
    [
      "wants a user",
      { hosts: {}, user: "me:x" },
      "https",
      { type: "hopeless", reason: "the proxy PROXY needs a user name and password (407)" },
    ],
    [
      "wants a user for http",
      { hosts: {}, user: "me:x" },
      "http",
      { type: "hopeless", reason: "the proxy PROXY needs a user name and password (407)" },
    ],
    [
      "does not know the name",
      { hosts: {} },
      "https",
      { type: "lost", reason: "the proxy PROXY cannot reach tfe.example.com (502)" },
    ],
    [
      "forbids it",
      { hosts: {}, status: 403 },
      "https",
      { type: "hopeless", reason: "the proxy PROXY does not allow tfe.example.com (403)" },
    ],
  ])("that %s is said", async (_, options, scheme, failure) => {
    const { port } = await serveProxy(options);
    const [variable, name] = scheme === "https" ? ["HTTPS_PROXY", "HTTPS_PROXY"] : ["HTTP_PROXY", "HTTP_PROXY"];
    const exchange = await get(`${scheme}://tfe.example.com/`, {
      [variable]: `http://other:${SECRET}@127.0.0.1:${port}`,
    });
    const said = JSON.stringify(exchange).replaceAll(`http://127.0.0.1:${port} (${name})`, "PROXY");
    expect(JSON.parse(said)).toMatchObject(failure);
  });

  it("that cannot be reached is told from a server that cannot", async () => {
    expect(await get("https://tfe.example.com/", { HTTPS_PROXY: `http://me:${SECRET}@127.0.0.1:1` })).toEqual({
      type: "lost",
      reason: "the proxy http://127.0.0.1:1 (HTTPS_PROXY): it cannot be reached (ECONNREFUSED)",
      fix: "check HTTPS_PROXY",
      unsent: true,
    });
    expect(await get("https://tfe.example.com/", { HTTPS_PROXY: "http://proxy.invalid:1" })).toMatchObject({
      type: "lost",
      reason: expect.stringMatching(
        /^the proxy http:\/\/proxy\.invalid:1 \(HTTPS_PROXY\): its name cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)$/,
      ),
    });
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [{}, "check the name; if this network needs a proxy, set HTTPS_PROXY"],
    [
      { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: ".invalid" },
      "check the name; HTTPS_PROXY is set, but NO_PROXY covers this name, so no proxy was used",
    ],
  ])("may be why a name is not known: %j", async (env, fix) => {
    expect(await get("https://tfe.invalid/", env)).toEqual({
      type: "lost",
      reason: expect.stringMatching(/^the name tfe\.invalid cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)$/),
      fix,
      unsent: true,
    });
  });

  it("is refused where its password cannot be read, without being shown", async () => {
    const work = get("https://tfe.example.com/", { HTTPS_PROXY: `http://me:${SECRET}%zz@127.0.0.1:1` });
    await expect(work).rejects.toThrow("the user name or password in HTTPS_PROXY is not percent-encoded correctly");
    await expect(work).rejects.not.toThrow(SECRET);
  });
});

describe("a redirect", () => {
  async function redirecting(location: string, status = 302) {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (request.url === "/there") return void response.end("there");
      response.writeHead(status, { location: location.replace("PORT", String(port)) }).end();
    });
    return { port, seen };
  }

  it.each(["/there", "http://127.0.0.1:PORT/there", "http://user:pass@127.0.0.1:PORT/there"])(
    "to %s is followed",
    async (location) => {
      const { port, seen } = await redirecting(location);
      expect(await get(`http://127.0.0.1:${port}/here`)).toMatchObject({ type: "answered", text: "there" });
      expect(seen).toEqual([`GET /here ${SECRET}`, `GET /there ${SECRET}`]);
    },
  );

  it.each([
    "http://127.0.0.2:PORT/there",
    "http://localhost:PORT/there",
    "https://127.0.0.1:PORT/there",
    "//evil.example/there",
    "http://127.0.0.1.evil.example/there",
    "http://127.0.0.1:PORT@evil.example/there",
    "file:///etc/passwd",
    "http://[",
  ])("to %s is not", async (location) => {
    const { port, seen } = await redirecting(location);
    expect((await get(`http://127.0.0.1:${port}/here`)).type).toBe("redirected");
    expect(seen).toHaveLength(1);
  });

  it("of a change is followed only where it stays the same change", async () => {
    for (const [status, followed] of [
      [301, false],
      [302, false],
      [303, false],
      [307, true],
      [308, true],
    ] as const) {
      const { port, seen } = await redirecting("/there", status);
      const transport = new Transport({ env: {} });
      transports.push(transport);
      const url = new URL(`http://127.0.0.1:${port}/here`);
      const exchange = await transport.exchange({ method: "PATCH", url, headers: {}, body: "{}" });
      expect([exchange.type, seen.length]).toEqual(followed ? ["answered", 2] : ["redirected", 1]);
    }
  });
});

describe("an answer", () => {
  it.each<[string, (text: string) => Buffer]>([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("packed by %s is unpacked, and a bomb ends", async (encoding, pack) => {
    const texts = ["small", "0".repeat(2 ** 24)];
    const port = await serve((request, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(pack(texts[Number(request.url?.slice(1))] ?? ""));
    });
    expect(await get(`http://127.0.0.1:${port}/0`)).toMatchObject({ type: "answered", text: "small" });
    expect(await get(`http://127.0.0.1:${port}/1`, {}, { limit: 2 ** 20 })).toMatchObject({
      type: "hopeless",
      reason: "the answer is larger than 1 MiB",
    });
  });

  it("that never ends is ended by its size", async () => {
    const port = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(2 ** 16)));
      };
      response.on("drain", more);
      more();
    });
    expect(await get(`http://127.0.0.1:${port}/`, {}, { limit: 2 ** 20 })).toMatchObject({ type: "hopeless" });
  });

  it("that comes byte by byte is ended by its time, and not asked for again", async () => {
    const port = await serve((_, response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    expect(await get(`http://127.0.0.1:${port}/`, {}, { total: 300 })).toEqual({
      type: "too-slow",
      reason: "no complete answer within 0.3 s",
    });
  });

  it("that never begins is ended too, also where only the connection is taken", async () => {
    const server = createServer((socket) => void socket.resume());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect((await get(`http://127.0.0.1:${port}/`, {}, { total: 300 })).type).toBe("too-slow");
    await transports[0]?.destroy();
    await new Promise((done) => server.close(done));
  });
});
