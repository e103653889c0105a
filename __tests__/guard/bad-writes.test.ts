import fc from "fast-check";
import type { Circumstances } from "../../lib/guard/circumstances";
import { decide } from "../../lib/guard/decide";
import type { GuardRequest } from "../../lib/guard/ruling";
import { asItCame, captured, forward, known, makeConnection, newToken, OLD_TOKEN } from "./captured";
import { circumstances, request } from "./facts";

/** A run in which the connection is made, and everything is to be re-pointed still. */
function underWay(changes: Partial<Circumstances> = {}): Circumstances {
  const memory = known(captured.readings);
  makeConnection(memory);
  return circumstances({ expectation: forward, known: memory, ...changes });
}

/** A run that has done nothing yet. */
const fresh = (): Circumstances => circumstances({ expectation: forward, known: known(captured.readings) });

const [post, ...others] = captured.forward.map(asItCame);
if (post === undefined) throw new Error("nothing was captured");
const patches = others.filter(({ method }) => method === "PATCH");
const links = others.filter(({ method }) => method === "POST");
const good = fc.constantFrom(...others);
const patch = fc.constantFrom(...patches);

// biome-ignore lint/suspicious/noExplicitAny: bodies are taken apart at will.
type Body = any;
const bodyOf = ({ body }: GuardRequest): Body => JSON.parse(new TextDecoder().decode(body));
function withBody(sent: GuardRequest, change: (body: Body) => unknown): GuardRequest {
  const body = bodyOf(sent);
  const changed = change(body) ?? body;
  return { ...sent, body: new TextEncoder().encode(JSON.stringify(changed)) };
}

/** The request with another value somewhere in its `data`. */
const withMember = (sent: GuardRequest, path: readonly (string | number)[], value: unknown): GuardRequest =>
  withBody(sent, ({ data }) => {
    const last = path.at(-1) ?? "";
    const parent = path.slice(0, -1).reduce((at, key) => at[key], data);
    parent[last] = value;
  });

const letters = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz-"), minLength: 1, maxLength: 12 });
/** Values that are something: blank ones of what the server does not show are left out, and so change nothing. */
const something = fc.oneof(
  fc.constant(true),
  fc.integer({ min: 1 }),
  fc.string({ minLength: 1 }),
  fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
  fc.dictionary(letters, fc.constant("x"), { minKeys: 1, maxKeys: 3 }),
);

/** What a bad provider, or somebody else on this machine, may send instead of a good write. */
const kinds: Readonly<Record<string, fc.Arbitrary<GuardRequest>>> = {
  "an attribute that the server does not have": fc
    .tuple(patch, letters, something)
    .map(([sent, name, value]) => withMember(sent, ["attributes", `x-${name}`], value)),
  "an attribute that differs": fc.tuple(patch, fc.nat(), something).map(([sent, nth, value]) =>
    withBody(sent, ({ data }) => {
      const names = Object.keys(data.attributes).filter((name) => name !== "vcs-repo" && name !== "auto-destroy-at");
      const name = names[nth % names.length] ?? "name";
      const there = data.attributes[name];
      data.attributes[name] = typeof there === "boolean" ? !there : { differs: value };
    }),
  ),
  "another link": fc
    .tuple(
      patch,
      fc.constantFrom("identifier", "branch", "tags-regex", "github-app-installation-id", "x-new"),
      something,
    )
    .map(([sent, name, value]) => withMember(sent, ["attributes", "vcs-repo", name], { differs: value })),
  "a relationship": fc
    .tuple(
      patch,
      fc.constantFrom("project", "ssh-key", "agent-pool", "tag-bindings", "remote-state-consumers", "workspaces"),
    )
    .map(([sent, name]) =>
      withBody(sent, ({ data }) => {
        const other = { type: "x", id: "x-1", attributes: { key: "x", value: "y" } };
        data.relationships = { ...data.relationships, [name]: { data: /s$/.test(name) ? [other] : other } };
      }),
    ),
  "no link, and what is none": fc
    .tuple(patch, fc.constantFrom<unknown>(null, [], "", "x", 1, {}, [{ "oauth-token-id": newToken }]))
    .map(([sent, link]) => withMember(sent, ["attributes", "vcs-repo"], link)),
  "another token": fc
    .tuple(
      patch,
      fc.oneof(letters, fc.constantFrom<unknown>(OLD_TOKEN, null, "", 1, [newToken], { id: newToken }, `${newToken} `)),
    )
    .map(([sent, token]) => withMember(sent, ["attributes", "vcs-repo", "oauth-token-id"], token)),
  "another method": fc
    .tuple(
      fc.constantFrom(post, ...others),
      fc.constantFrom(
        "DELETE",
        "PUT",
        "patch",
        "Patch",
        "post",
        "PURGE",
        "COPY",
        "MOVE",
        "PATCH ",
        "get",
        "TRACE",
        "CONNECT",
      ),
    )
    .map(([sent, method]) => ({ ...sent, method })),
  "a POST of a PATCH and the reverse": good.map((sent) => ({
    ...sent,
    method: sent.method === "POST" ? "PATCH" : "POST",
  })),
  "another object": fc
    .tuple(
      patch,
      fc.constantFrom("workspaces/ws-", "policy-sets/polset-", "stacks/st-", "oauth-clients/oc-", "projects/prj-"),
      letters,
    )
    .map(([sent, prefix, id]) => ({ ...sent, target: `${prefix}${id}` })),
  "another organization": fc
    .tuple(
      fc.constantFrom(post, ...patches),
      letters,
      fc.constantFrom("", "/workspaces/app", "/oauth-clients", "/registry-modules/private/x/y/aws"),
    )
    .map(([sent, name, rest]) => ({ ...sent, target: `organizations/x${name}${rest}` })),
  "a path in another writing": fc
    .tuple(
      fc.constantFrom(post, ...others),
      fc.constantFrom<(target: string) => string>(
        (target) => `/${target}`,
        (target) => `//${target}`,
        (target) => `./${target}`,
        (target) => `x/../${target}`,
        (target) => `x/%2e%2e/${target}`,
        (target) => `x/%2E./${target}`,
        (target) => target.replace("/", "//"),
        (target) => target.replace("/", "%2F"),
        (target) => target.replace("/", "%2f"),
        (target) => target.replace("/", "\\"),
        (target) => target.replace("/", "/%2e/"),
        (target) => target.replace("-", "%2D"),
        (target) => `${target}/`,
        (target) => `${target};`,
        (target) => `${target};x=1`,
        (target) => `${target}?`,
        (target) => `${target}?include=x`,
        (target) => `${target}?_method=DELETE`,
        (target) => `${target}#x`,
        (target) => `${target}%00`,
        (target) => `${target}%20`,
        (target) => `${target} `,
        (target) => `${target}.json`,
        (target) => `${target}\t`,
        (target) => target.toUpperCase(),
        (target) => `${target}/actions/force-unlock`,
        (target) => `${target}/relationships/tags`,
        (target) => `${target}/..`,
      ),
    )
    .map(([sent, write]) => ({ ...sent, target: write(sent.target) })),
  "a header that means another method": fc
    .tuple(
      fc.constantFrom(post, ...others),
      fc.constantFrom("x-http-method-override", "x-http-method", "x-method-override"),
      fc.constantFrom("DELETE", "PATCH", "", "GET"),
    )
    .map(([sent, name, method]) => ({ ...sent, headers: { ...sent.headers, [name]: method } })),
  "another content": fc
    .tuple(
      fc.constantFrom(post, ...others),
      fc.constantFrom<GuardRequest["headers"]>(
        {},
        { "content-type": "application/json" },
        { "content-type": "application/x-www-form-urlencoded" },
        { "content-type": "text/plain" },
        { "content-type": "application/vnd.api+json; charset=utf-16" },
        { "content-type": "application/vnd.api+json, application/json" },
        { "content-type": ["application/vnd.api+json", "application/json"] },
        { "content-type": "application/vnd.api+json", "content-encoding": "gzip" },
        { "content-type": "application/vnd.api+json", "content-encoding": "identity" },
      ),
    )
    .map(([sent, headers]) => ({ ...sent, headers })),
  "a body that can be read in two ways, or not at all": fc
    .tuple(
      fc.constantFrom(post, ...others),
      fc.constantFrom<(text: string) => string | Uint8Array>(
        () => "",
        () => "null",
        () => "[]",
        () => "{}",
        () => '"x"',
        (text) => text.slice(0, -2),
        (text) => `${text}${text}`,
        (text) => `[${text.trim()}]`,
        (text) => text.replace('{"data":', '{"data":null,"data":'),
        (text) => text.replace('{"data":', '{"d\\u0061ta":{},"data":'),
        (text) => text.replace('"type":', '"type":"x","type":'),
        (text) => text.replace('"type":', '"__proto__":{"id":"ws-1"},"type":'),
        (text) => text.replace('{"data":', '{"meta":{"a":1},"data":'),
        (text) => text.replace('{"data":', '{"included":[{"type":"x","id":"y"}],"data":'),
        (text) => text.replace('"type":', '"links":{"self":"x"},"type":'),
        (text) => text.replace('"type":', '"lid":"x","type":'),
        (text) => text.replace(/"type":"[^"]*"/, '"type":"variables"'),
        (text) => text.replace(/"type":"[^"]*"/, '"type":["workspaces"]'),
        (text) => text.replace('"type":', '"id":["x"],"type":'),
        (text) => Uint8Array.from([...new TextEncoder().encode(text.slice(0, -2)), 0xff, 0x7d, 0x7d]),
      ),
    )
    .map(([sent, change]) => {
      const body = change(new TextDecoder().decode(sent.body).trim());
      return { ...sent, body: typeof body === "string" ? new TextEncoder().encode(body) : body };
    }),
  "a body about another object": fc.tuple(patch, letters).map(([sent, id]) => withMember(sent, ["id"], `ws-${id}`)),
  "another connection": fc
    .tuple(
      fc.constantFrom(
        "name",
        "http-url",
        "api-url",
        "service-provider",
        "organization-scoped",
        "oauth-token-string",
        "key",
        "secret",
        "private-key",
        "rsa-public-key",
        "x-new",
      ),
      something,
    )
    .map(([name, value]) => withMember(post, ["attributes", name], { differs: value })),
  "a connection with something left out": fc
    .constantFrom("name", "http-url", "api-url", "service-provider", "organization-scoped", "oauth-token-string")
    .map((name) => withMember(post, ["attributes", name], undefined)),
  "a connection with relationships": fc
    .constantFrom("agent-pool", "projects", "organization", "oauth-tokens")
    .map((name) => withMember(post, ["relationships"], { [name]: { data: { type: "x", id: "x-1" } } })),
  "another project": fc
    .tuple(fc.constantFrom(...links), letters)
    .map(([sent, id]) => withMember(sent, [0, "id"], `prj-${id}`)),
  "projects of another connection": fc
    .tuple(fc.constantFrom(...links), letters)
    .map(([sent, id]) => ({ ...sent, target: `oauth-clients/oc-${id}/relationships/projects` })),
  "a project and more": fc
    .tuple(fc.constantFrom(...links), something)
    .map(([sent, value]) => withMember(sent, [0, "attributes", "description"], value)),
  "a project twice, or one too many": fc
    .tuple(fc.constantFrom(...links), fc.boolean())
    .map(([sent, twice]) =>
      withBody(sent, ({ data }) => void data.push(twice ? data[0] : { type: "projects", id: "prj-other" })),
    ),
};

it("lets the good ones through", () => {
  expect(decide(post, fresh()).type).toBe("send");
  for (const sent of others) expect(decide(sent, underWay()).type).toBe("send");
});

describe("a bad provider gets nothing through", () => {
  const run = underWay();
  const atFirst = fresh();
  it.each(Object.keys(kinds))("%s", (kind) => {
    const arbitrary = kinds[kind];
    if (arbitrary === undefined) throw new Error(kind);
    fc.assert(
      fc.property(arbitrary, (sent) => {
        for (const now of [run, atFirst]) expect(["refuse", "leave"]).toContain(decide(sent, now).type);
      }),
      { numRuns: 40 },
    );
  });

  it("the connection a second time", () => {
    expect(decide(post, underWay())).toMatchObject({ type: "refuse", rule: "connection-twice" });
  });

  it("the connection again, though nobody knows whether the first one was made", () => {
    const now = fresh();
    now.known.sending({ kind: "connection", id: null, name: "GitLab (PAT)" });
    expect(decide(post, now)).toMatchObject({ type: "refuse", rule: "connection-twice" });
  });

  it("anything after a refusal", () => {
    fc.assert(
      fc.property(fc.constantFrom(post, ...others), (sent) => {
        const now = { ...fresh(), stopped: "wrong-token" as const };
        expect(decide(sent, now)).toMatchObject({ type: "refuse", rule: "stopped" });
      }),
    );
  });

  it("what is to be re-pointed to a connection that is not there yet", () => {
    for (const sent of patches) {
      expect(decide(sent, atFirst)).toMatchObject({ type: "refuse", rule: "new-connection-unknown" });
    }
  });
});

/** Everything that may ever leave in this run. */
const mayLeave = new Set(
  [
    ...others.map((sent) => ({ sent, ruling: decide(sent, underWay()) })),
    { sent: post, ruling: decide(post, fresh()) },
  ].map(
    ({ sent, ruling }) =>
      `${sent.method} ${sent.target} ${ruling.type === "send" ? JSON.stringify(ruling.body) : "nothing"}`,
  ),
);

it("sends nothing but the narrowed writes, whatever it is asked for", () => {
  const attribute = fc.oneof(something, fc.constantFrom<unknown>(null, false, "", [], {}));
  const anything = fc.oneof(
    fc.tuple(good, fc.dictionary(letters, attribute)).map(([sent, more]) =>
      withBody(sent, ({ data }) => {
        if (!Array.isArray(data)) data.attributes = { ...more, ...data.attributes };
      }),
    ),
    fc.tuple(good, fc.nat()).map(([sent, nth]) =>
      withBody(sent, ({ data }) => {
        const names = Object.keys(data.attributes ?? {});
        delete data.attributes?.[names[nth % names.length] ?? ""];
      }),
    ),
    fc.tuple(good, fc.nat(), attribute).map(([sent, nth, value]) =>
      withBody(sent, ({ data }) => {
        const names = Object.keys(data.attributes ?? {});
        if (names.length > 0) data.attributes[names[nth % names.length] ?? ""] = value;
      }),
    ),
    fc.tuple(good, fc.json()).map(([sent, body]) => request(sent.method, sent.target, body)),
    fc
      .tuple(fc.constantFrom("PATCH", "POST", "PUT", "DELETE"), fc.webPath(), fc.json())
      .map(([method, target, body]) => request(method, target, body)),
    fc.tuple(good, good).map(([a, b]) => ({ ...a, body: b.body })),
    fc.tuple(good, good).map(([a, b]) => ({ ...a, target: b.target })),
  );
  let left = 0;
  const now = underWay();
  fc.assert(
    fc.property(anything, (sent) => {
      const ruling = decide(sent, now);
      expect(ruling.type).not.toBe("forward");
      if (ruling.type !== "send") return;
      left += 1;
      expect(mayLeave).toContain(`${sent.method} ${sent.target} ${JSON.stringify(ruling.body)}`);
    }),
    { numRuns: 600 },
  );
  // Harmless ones are among them.
  expect(left).toBeGreaterThan(50);
});
