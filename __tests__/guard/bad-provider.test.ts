import { connect } from "node:net";
import fc from "fast-check";
import { type Fleet, patchOf, read, startFleet } from "./fleet";
import { type Answered, closeGuards, type Guarded, guarded, upstreamOf } from "./support";

/** A write as a bad provider, or somebody else with the run's token, may send it. */
interface Bad {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
type Make = (good: Bad & { readonly body: Document }, other: string) => Bad;
interface Document {
  readonly data: {
    readonly type: string;
    readonly attributes: Readonly<Record<string, unknown>> & { readonly "vcs-repo": object };
  };
}

const attributes = ({ body }: { readonly body: Document }, changes: object): Document => ({
  data: { ...body.data, attributes: { ...body.data.attributes, ...changes } },
});
const link = (good: { readonly body: Document }, changes: object): Document =>
  attributes(good, { "vcs-repo": { ...good.body.data.attributes["vcs-repo"], ...changes } });
const word = fc.stringMatching(/^[a-z]{1,9}$/);
const something = fc.oneof(fc.constant(true), fc.integer({ min: 1 }), word, fc.array(word, { minLength: 1 }));
const id = fc.stringMatching(/^[A-Za-z0-9]{16}$/);

const kinds: Readonly<Record<string, fc.Arbitrary<Make>>> = {
  "another attribute": fc.tuple(word, something).map(
    ([name, value]): Make =>
      (good) => ({ ...good, body: attributes(good, { [`x-${name}`]: value }) }),
  ),
  "a setting that differs": fc
    .tuple(fc.constantFrom("name", "working-directory", "description", "terraform-version", "auto-destroy-at"), word)
    .map(
      ([name, value]): Make =>
        (good) => ({ ...good, body: attributes(good, { [name]: `not-${value}` }) }),
    ),
  "a switch that differs": fc
    .constantFrom("queue-all-runs", "auto-apply-run-trigger", "allow-destroy-plan", "global-remote-state")
    .map(
      (name): Make =>
        (good) => ({ ...good, body: attributes(good, { [name]: good.body.data.attributes[name] !== true }) }),
    ),
  "another link": fc
    .tuple(fc.constantFrom("identifier", "branch", "tags-regex", "github-app-installation-id"), word)
    .map(
      ([name, value]): Make =>
        (good) => ({ ...good, body: link(good, { [name]: `not/${value}` }) }),
    ),
  "another token": fc
    .oneof(
      id.map((text) => `ot-${text}`),
      fc.constantFrom(null, "", 1, [], {}),
    )
    .map(
      (token): Make =>
        (good) => ({ ...good, body: link(good, { "oauth-token-id": token }) }),
    ),
  "no link": fc.constantFrom(null, {}, "", []).map(
    (value): Make =>
      (good) => ({ ...good, body: attributes(good, { "vcs-repo": value }) }),
  ),
  "a relationship": fc.constantFrom("project", "ssh-key", "agent-pool").map(
    (name): Make =>
      (good) => ({
        ...good,
        body: { data: { ...good.body.data, relationships: { [name]: { data: { type: `${name}s`, id: "x-1" } } } } },
      }),
  ),
  "another workspace": fc.constant<Make>((good, other) => ({ ...good, path: `workspaces/${other}` })),
  "another workspace in the body": fc.constant<Make>((good, other) => ({
    ...good,
    body: { data: { ...good.body.data, id: other } },
  })),
  "another organization": fc.tuple(word, fc.constantFrom("workspaces", "oauth-clients", "policy-sets")).map(
    ([name, kind]): Make =>
      (good) => ({ ...good, method: "POST", path: `organizations/other-${name}/${kind}` }),
  ),
  "what is not expected": fc
    .tuple(
      fc.constantFrom("POST", "PATCH"),
      fc.constantFrom(
        "organizations/sandbox/oauth-clients",
        "organizations/sandbox/workspaces",
        "oauth-clients/oc-SandboxOAuth0001",
        "oauth-tokens/ot-SandboxOAuth0001",
        "organizations/sandbox",
        "projects/prj-1",
        "runs",
        "admin/users",
      ),
    )
    .map(
      ([method, path]): Make =>
        (good) => ({ ...good, method, path }),
    ),
  "part of the workspace": fc
    .tuple(
      fc.constantFrom("POST", "PATCH", "DELETE"),
      fc.constantFrom(
        "relationships/ssh-key",
        "relationships/tags",
        "relationships/remote-state-consumers",
        "tag-bindings",
        "actions/lock",
        "actions/safe-delete",
        "vars",
        "runs",
      ),
    )
    .map(
      ([method, part]): Make =>
        (good) => ({ ...good, method, path: `${good.path}/${part}` }),
    ),
  "another method": fc.constantFrom("DELETE", "PUT", "POST").map(
    (method): Make =>
      (good) => ({ ...good, method }),
  ),
  "a DELETE": fc
    .constantFrom("organizations/sandbox", "oauth-clients/oc-SandboxOAuth0001", "oauth-tokens/ot-SandboxOAuth0001")
    .map(
      (path): Make =>
        () => ({ method: "DELETE", path }),
    ),
  "a method in a header": fc.constantFrom("x-http-method-override", "x-http-method", "x-method-override").map(
    (name): Make =>
      (good) => ({ ...good, headers: { [name]: "DELETE" } }),
  ),
  "another spelling of the path": fc
    .constantFrom<(path: string) => string>(
      (path) => `${path}/`,
      (path) => `${path}?force=true`,
      (path) => path.replace("workspaces", "%77orkspaces"),
      (path) => path.toUpperCase(),
      (path) => `${path}.json`,
    )
    .map(
      (respell): Make =>
        (good) => ({ ...good, path: respell(good.path) }),
    ),
  "a body that is none": fc
    .constantFrom<unknown>(
      "",
      "null",
      "[]",
      "{",
      '{"data":null}',
      '{"data":[]}',
      '{"data":{"type":"workspaces"},"data":{"type":"workspaces"}}',
    )
    .map(
      (body): Make =>
        (good) => ({ ...good, body }),
    ),
  "another kind of body": fc
    .constantFrom(
      "application/json",
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/vnd.api+json; ext=bulk",
    )
    .map(
      (type): Make =>
        (good) => ({ ...good, headers: { "content-type": type } }),
    ),
  "a packed body": fc.constantFrom("gzip", "deflate", "br").map(
    (encoding): Make =>
      (good) => ({ ...good, headers: { "content-encoding": encoding } }),
  ),
  "a read with a body": fc.constant<Make>((good) => ({ ...good, method: "GET" })),
};

const RUNS = 13;
const bad = Object.entries(kinds).flatMap(([kind, make]) =>
  fc.sample(make, { numRuns: RUNS, seed: 7 }).map((each) => [kind, each] as const),
);

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ fleet: 12 });
});
afterAll(async () => {
  await fleet.sandbox.close();
});
beforeEach(() => fleet.sandbox.log.clear());
afterEach(closeGuards);

const links = () => fleet.links.filter(({ kind }) => kind === "workspace");
const start = () => guarded({ upstream: upstreamOf(fleet.sandbox), expectation: fleet.expectation });
async function goodPatch(behind: Guarded, nth: number) {
  const { path, id: which } = links()[nth] ?? { path: "", id: "" };
  const shown = await read(behind, which);
  return { method: "PATCH", path, body: patchOf(shown.body, fleet.token) as Document };
}
const send = ({ ask }: Guarded, { method, path, body, headers }: Bad): Promise<Answered> =>
  ask(method, path, { ...(body === undefined ? {} : { body }), ...(headers === undefined ? {} : { headers }) });

test(`of ${bad.length} bad writes none reaches the server, and neither does a good one after them`, async () => {
  const passed: unknown[] = [];
  expect(bad.length).toBeGreaterThan(200);
  // What is linked nowhere, or elsewhere, is nobody's to re-point.
  const other = [...fleet.sandbox.state.workspaces.keys()].find(
    (each) => !links().some(({ id: link }) => link === each),
  );
  for (const [index, [kind, make]] of bad.entries()) {
    const behind = await start();
    const sent = make(await goodPatch(behind, index % links().length), other ?? "");
    const answer = await send(behind, sent);
    if (![400, 403].includes(answer.status)) passed.push([kind, sent, answer.status, answer.text]);
    // A read, and what is no address, stops nothing: it is not passed on, that is all.
    if (sent.method !== "GET" && answer.status === 403) {
      const after = await send(behind, await goodPatch(behind, (index + 1) % links().length));
      if (after.status !== 403) passed.push([kind, sent, "and then", after.status]);
    }
    await closeGuards();
  }
  expect(passed).toEqual([]);
  expect(fleet.sandbox.log.writes).toEqual([]);
  const behind = await start();
  expect((await send(behind, await goodPatch(behind, 0))).status).toBe(200);
});

test.each<[string, (target: string, body: string) => string]>([
  [
    "a method in small letters",
    (target, body) => `patch ${target} HTTP/1.1\r\n@content-length: ${body.length}\r\n\r\n${body}`,
  ],
  [
    "a method that nobody knows",
    (target, body) => `REPLACE ${target} HTTP/1.1\r\n@content-length: ${body.length}\r\n\r\n${body}`,
  ],
  [
    "two lengths",
    (target, body) => `PATCH ${target} HTTP/1.1\r\n@content-length: ${body.length}\r\ncontent-length: 2\r\n\r\n${body}`,
  ],
  [
    "a length and chunks",
    (target, body) =>
      `PATCH ${target} HTTP/1.1\r\n@content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "a body that ends early",
    (target, body) => `PATCH ${target} HTTP/1.1\r\n@content-length: ${body.length + 10}\r\n\r\n${body}`,
  ],
  ["no end of its header", (target) => `PATCH ${target} HTTP/1.1\r\n@`],
  [
    "a write behind a read",
    (target, body) => `GET ${target} HTTP/1.1\r\n@content-length: ${body.length}\r\n\r\n${body}`,
  ],
  ["an upgrade", (target) => `GET ${target} HTTP/1.1\r\n@connection: upgrade\r\nupgrade: websocket\r\n\r\n`],
])("%s reaches nobody", async (_name, raw) => {
  const behind = await start();
  const { body, path } = await goodPatch(behind, 0);
  const bare = { ...body, data: { ...body.data, attributes: { ...body.data.attributes, "vcs-repo": null } } };
  fleet.sandbox.log.clear();
  const { port, username, password } = new URL(behind.guard.proxyUrl);
  const headers = [
    "host: tfe.sandbox.test",
    `proxy-authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
    `authorization: Bearer ${fleet.sandbox.tfe.token}`,
    "content-type: application/vnd.api+json",
    "",
  ].join("\r\n");
  const socket = connect(Number(port), "127.0.0.1");
  const said = new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
  });
  socket.end(raw(`${behind.guard.serviceUrl}${path}`, JSON.stringify(bare)).replace("@", headers));
  expect((await said).split("\r\n")[0]).toMatch(/^$|^HTTP\/1\.1 (400|403)/);
  expect(fleet.sandbox.log.entries).toEqual([]);
});
