import type { ServerResponse } from "node:http";
import { closeAll, serve } from "../http/network";
import { FakeClock } from "../tfe/support";
import { CONNECTION, expectation, PAT, providersPatch, WORKSPACE, workspaceResource } from "./facts";
import { type Answered, closeGuards, guarded, through } from "./support";

const TOKEN = "aaaaaaaaaaaaaa.atlasv1.SECRETsecretSECRETsecret";

afterEach(async () => {
  await closeGuards();
  await closeAll();
});

interface Heard {
  readonly headers: string;
  readonly body: string;
}
/** Servers, and proxies before them, that repeat what they were sent. */
const repeating: Readonly<Record<string, (heard: Heard, response: ServerResponse) => void>> = {
  "in a refusal": ({ headers, body }, response) => {
    response.writeHead(422, { "content-type": "application/vnd.api+json", "x-request-id": "r-1", "x-debug": headers });
    response.end(JSON.stringify({ errors: [{ status: "422", title: headers, detail: `${body} ${TOKEN} ${PAT}` }] }));
  },
  "in a 401": ({ headers }, response) => response.writeHead(401).end(JSON.stringify({ errors: [{ title: headers }] })),
  "in a 404 of its own": ({ headers, body }, response) => response.writeHead(404).end(`<html>${headers}${body}`),
  "in a web page": ({ headers, body }, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(headers + body),
  "in a text": ({ headers, body }, response) =>
    response.writeHead(200, { "content-type": "text/plain" }).end(headers + body),
  "in a redirect": (_heard, response) =>
    response.writeHead(302, { location: `https://another.example.com/${TOKEN}/${PAT}?x=${TOKEN}` }).end(),
  "in what it shows": ({ headers }, response) =>
    response
      .writeHead(200, { "content-type": "application/vnd.api+json" })
      .end(JSON.stringify({ data: workspaceResource(WORKSPACE, { description: `${headers} ${TOKEN} ${PAT}` }) })),
  "in a 500": ({ headers, body }, response) => response.writeHead(500).end(headers + body),
  "in its status line": (_heard, response) => void response.socket?.end(`HTTP/1.1 999 ${TOKEN} ${PAT}\r\n\r\n${TOKEN}`),
};

test.each(Object.entries(repeating))("no secret comes back from a server that repeats it %s", async (_name, repeat) => {
  const heard: string[] = [];
  const port = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const headers = JSON.stringify(request.headers);
      heard.push(headers + body);
      repeat({ headers, body }, response);
    });
  });
  const { guard, events, ask } = await guarded({
    upstream: { hostname: "tfe.example.com", apiUrl: `http://127.0.0.1:${port}/api/v2/`, token: TOKEN },
    expectation: expectation({ connection: CONNECTION }),
    pat: PAT,
    readAhead: true,
    workspaces: Array.from({ length: 50 }, (_, index) => `ws-${index}`),
    clock: new FakeClock(),
  });
  const secret = new URL(guard.proxyUrl).password;
  const connection = (changes: object) => ({
    data: {
      type: "oauth-clients",
      attributes: {
        name: CONNECTION.name,
        "service-provider": CONNECTION.serviceProvider,
        "http-url": CONNECTION.httpUrl,
        "api-url": CONNECTION.apiUrl,
        "organization-scoped": true,
        "oauth-token-string": PAT,
        ...changes,
      },
    },
  });
  const answers: Answered[] = [];
  const target = `${guard.serviceUrl}ping`;
  answers.push(await ask("GET", "ping"));
  answers.push(await ask("GET", `workspaces/${WORKSPACE}?include=effective_tag_bindings`));
  answers.push(await ask("GET", `organizations/acme/workspaces/${PAT}`));
  answers.push(await ask("PATCH", `workspaces/${WORKSPACE}`, { body: providersPatch() }));
  answers.push(await ask("POST", "organizations/acme/oauth-clients", { body: connection({}) }));
  answers.push(await ask("POST", "organizations/acme/oauth-clients", { body: connection({ name: PAT, key: TOKEN }) }));
  answers.push(await ask("PATCH", `workspaces/${WORKSPACE}`, { body: providersPatch({ description: PAT }) }));
  answers.push(await ask("DELETE", `workspaces/${PAT}?token=${TOKEN}`));
  answers.push(await ask("GET", "ping", { token: `${TOKEN}x` }));
  answers.push(await through(guard.proxyUrl.replace(secret, `${secret}x`), "GET", target, { headers: {} }));
  answers.push(await through(guard.proxyUrl, "GET", `http://me:${secret}@tfe.example.com/x`, { headers: {} }));
  answers.push(await through(guard.proxyUrl, "GET", `/${TOKEN}`, { headers: {} }));
  const said = [
    ...answers.map(({ headers, text }) => JSON.stringify(headers) + text),
    ...events.map((each) => JSON.stringify(each)),
    JSON.stringify(guard.summary()),
  ];
  for (const each of [TOKEN, PAT, secret]) expect(said.filter((text) => text.includes(each))).toEqual([]);
  // The server is told the token and, once, the PAT, and never the guard's own secret.
  expect(heard.length).toBeGreaterThan(3);
  for (const text of heard)
    expect([text.includes(TOKEN), text.includes(secret), /proxy-auth/.test(text)]).toEqual([true, false, false]);
});
