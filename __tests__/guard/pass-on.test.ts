import { connect, createServer, type Server, type Socket } from "node:net";
import { closeAll, serve, serveProxy } from "../http/network";
import { closeGuards, type Guarded, guarded, through } from "./support";

const TOKEN = "aaaaaaaaaaaaaa.atlasv1.SECRETsecretSECRETsecret";
const tcp: Server[] = [];
afterEach(async () => {
  await closeGuards();
  await closeAll();
  for (const server of tcp.splice(0)) server.close();
});

const start = (env: NodeJS.ProcessEnv = {}): Promise<Guarded> =>
  guarded({ upstream: { hostname: "tfe.example.com", apiUrl: "https://tfe.example.com/api/v2/", token: TOKEN }, env });
/** A server that says what it was sent. */
const echo = () =>
  serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const names = Object.keys(request.headers).sort();
      response.writeHead(207, { "x-more": "yes", connection: "x-hop", "x-hop": "1" });
      response.end(JSON.stringify({ method: request.method, url: request.url, names, body }));
    });
  });

describe("another http:// host", () => {
  test("gets what was sent, but for what is the guard's own", async () => {
    const { guard } = await start();
    const answer = await through(guard.proxyUrl, "POST", `http://127.0.0.1:${await echo()}/a//b?c=%2e`, {
      headers: { "x-own": "1", "content-type": "text/plain", connection: "x-dropped", "x-dropped": "1" },
      body: "text",
    });
    expect([answer.status, answer.headers["x-more"], answer.headers["x-hop"], answer.body]).toEqual([
      207,
      "yes",
      undefined,
      {
        method: "POST",
        url: "/a//b?c=%2e",
        names: ["connection", "content-length", "content-type", "host", "x-own"],
        body: "text",
      },
    ]);
  });

  test("is reached by the user's own proxy, with its user", async () => {
    const { port, seen } = await serveProxy({ hosts: { "mirror.example.com": await echo() }, user: "me:p@ss" });
    const { guard } = await start({ HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${port}` });
    const answer = await through(guard.proxyUrl, "GET", "http://mirror.example.com/x", { headers: {} });
    expect([answer.status, seen]).toEqual([207, ["GET http://mirror.example.com/x"]]);
  });

  test("that is not there is named, and nothing of the way to it", async () => {
    const { guard } = await start({ HTTP_PROXY: "http://me:secret-word@127.0.0.1:1" });
    const answer = await through(guard.proxyUrl, "GET", "http://mirror.example.com/x", { headers: {} });
    expect([answer.status, answer.text.includes("mirror.example.com"), answer.text.includes("secret-word")]).toEqual([
      424,
      true,
      false,
    ]);
  });

  test("is nobody's who does not know the guard's secret", async () => {
    const { guard } = await start();
    const bare = guard.proxyUrl.replace(/repoint:.*@/, "");
    expect((await through(bare, "GET", `http://127.0.0.1:${await echo()}/`, { headers: {} })).status).toBe(407);
  });
});

/** What comes back through a tunnel: the proxy's status line, then what the other end says. */
function tunnel({ guard }: Guarded, authority: string, secret = true): Promise<string> {
  const { port, username, password } = new URL(guard.proxyUrl);
  const credentials = Buffer.from(`${username}:${password}`).toString("base64");
  const socket = connect(Number(port), "127.0.0.1");
  return new Promise((resolve) => {
    let said = "";
    socket.on("data", (chunk: Buffer) => {
      said += chunk;
      if (said.includes("200 ") && !said.includes("heard")) socket.write("hello");
      if (said.includes("heard")) socket.end();
    });
    for (const event of ["close", "error"])
      socket.on(event, () => resolve(said.replaceAll("\r\n\r\n", "|").replaceAll("\r\n", ";")));
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\n${secret ? `proxy-authorization: Basic ${credentials}\r\n` : ""}\r\n`,
    );
  });
}
function listener(serveOne: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    serveOne(socket);
  });
  tcp.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
const hearing = () => listener((socket) => socket.on("data", (data) => socket.write(`heard ${data}`)));
const OPEN = "HTTP/1.1 200 Connection established|heard hello";

/** A SOCKS5 proxy that knows one name, and wants a user where one is given. */
const socks = (host: string, port: number, user?: string) =>
  listener((socket) => {
    let step = 0;
    socket.on("data", (data) => {
      step += 1;
      if (step === 1) return void socket.write(Buffer.from([5, user === undefined ? 0 : 2]));
      if (step === 2 && user !== undefined) {
        const name = data.subarray(2, 2 + (data[1] ?? 0)).toString();
        const password = data.subarray(3 + (data[1] ?? 0)).toString();
        return void socket.write(Buffer.from([1, `${name}:${password}` === user ? 0 : 1]));
      }
      const asked = data.subarray(5, 5 + (data[4] ?? 0)).toString();
      if (asked !== host) return void socket.end(Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0]));
      const target = connect(port, "127.0.0.1", () => {
        socket.removeAllListeners("data");
        socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]));
        socket.pipe(target).pipe(socket);
      });
      target.on("error", () => {});
    });
  });

describe("a tunnel", () => {
  test("goes straight to its target", async () => {
    expect(await tunnel(await start(), `127.0.0.1:${await hearing()}`)).toBe(OPEN);
  });

  test("goes through the user's own proxy", async () => {
    const { port, seen } = await serveProxy({ hosts: { "registry.example.com": await hearing() }, user: "me:p@ss" });
    const behind = await start({ HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}` });
    expect(await tunnel(behind, "registry.example.com:443")).toBe(OPEN);
    expect(seen).toEqual(["CONNECT registry.example.com:443"]);
  });

  test.each([undefined, "me:p@ss"])("goes through the user's own SOCKS5 proxy (user: %s)", async (user) => {
    const port = await socks("registry.example.com", await hearing(), user);
    const behind = await start({ HTTPS_PROXY: `socks5://${user === undefined ? "" : "me:p%40ss@"}127.0.0.1:${port}` });
    expect(await tunnel(behind, "registry.example.com:443")).toBe(OPEN);
    expect(await tunnel(behind, "unknown.example.com:443")).toMatch(/^HTTP\/1.1 502 Bad Gateway/);
  });

  test.each([
    ["a target that is not there", "127.0.0.1:1", {}],
    ["what is no target", "..:x", {}],
    ["a proxy that refuses", "registry.example.com:443", { HTTPS_PROXY: "http://127.0.0.1:1" }],
  ])("to %s is refused", async (_name, authority, env) => {
    expect(await tunnel(await start(env), authority)).toMatch(/^HTTP\/1.1 502 Bad Gateway/);
  });

  test("is nobody's who does not know the guard's secret", async () => {
    expect(await tunnel(await start(), `127.0.0.1:${await hearing()}`, false)).toMatch(/^HTTP\/1.1 407 /);
  });

  test("ends with the guard", async () => {
    const behind = await start();
    let heard = () => {};
    const hello = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const port = await listener((socket) => socket.once("data", heard));
    const said = tunnel(behind, `127.0.0.1:${port}`);
    await hello;
    await closeGuards();
    expect(await said).toBe("HTTP/1.1 200 Connection established|");
  });
});
