import { Known } from "../../lib/guard/known";
import { NEW, OLD } from "../migration/fixtures";
import { ORGANIZATION, WORKSPACE, workspaceResource } from "./facts";

const path = `workspaces/${WORKSPACE}`;
const target = `${path}?include=effective_tag_bindings`;
const byName = "organizations/acme/workspaces/workspace-1";
const binding = { id: "tb-1", type: "effective-tag-bindings", attributes: { key: "env", value: "prod" } };
const tagged = { "effective-tag-bindings": { data: [{ id: "tb-1", type: "effective-tag-bindings" }] } };
const link = (token: string) => ({
  "vcs-repo": { ...workspaceResource(WORKSPACE).attributes["vcs-repo"], "oauth-token-id": token },
});
const workspace = (token = OLD.token, attributes = {}) =>
  workspaceResource(WORKSPACE, { ...link(token), ...attributes }, tagged);
const subject = { kind: "workspace", id: WORKSPACE, name: "workspace-1" } as const;

/** A page of the list, as it is read with tags. */
function page(
  known: Known,
  data: readonly unknown[],
  at = 1,
  query = "include=effective_tag_bindings&page%5Bsize%5D=100",
) {
  const body = { data, included: [binding], meta: { pagination: {} } };
  const list = `organizations/acme/workspaces?${query}`;
  known.learnPage({ method: "GET", target: list, status: 200, body, sentAt: at, answeredAt: at + 1 });
}

function patched(known: Known, data: unknown, sentAt: number, answeredAt: number, status = 200) {
  known.sending(subject);
  known.learn({ method: "PATCH", target: path, status, body: { data }, sentAt, answeredAt });
}

const tokenIn = (known: Known): unknown => {
  const reading = known.reading({ id: WORKSPACE, path });
  return reading === undefined || reading === "gone"
    ? reading
    : Reflect.get(Object(reading.resource.attributes["vcs-repo"]), "oauth-token-id");
};

let known: Known;
beforeEach(() => {
  known = new Known(ORGANIZATION);
});

it("answers the provider's reads of a workspace from a list page, without the address of its page for people", () => {
  page(known, [workspace()]);
  const { links: _, ...rest } = workspace();
  const data = { ...rest, links: { self: `/api/v2/${path}` } };
  expect(known.answerTo({ method: "GET", target })).toEqual({ body: { data, included: [binding] } });
  expect(known.answerTo({ method: "GET", target: byName })).toEqual({ body: { data } });
});

it.each([
  ["HEAD", target],
  ["GET", path],
  ["GET", `${target},outputs`],
  ["GET", `${path}?include=outputs`],
  ["GET", "organizations/other/workspaces/workspace-1"],
  ["GET", "organizations/acme/workspaces/workspace-2"],
  ["GET", `${byName}?include=outputs`],
  ["GET", "workspaces/ws-2?include=effective_tag_bindings"],
])("does not answer %s %s", (method, asked) => {
  page(known, [workspace()]);
  expect(known.answerTo({ method, target: asked })).toBeUndefined();
});

it.each([
  ["they were not asked for", () => page(known, [workspace()], 1, "page%5Bsize%5D=100")],
  ["the server does not name them", () => page(known, [workspaceResource(WORKSPACE)])],
  [
    "the server names one that it does not show",
    () =>
      page(known, [
        workspaceResource(
          WORKSPACE,
          {},
          { "effective-tag-bindings": { data: [{ id: "tb-2", type: "effective-tag-bindings" }] } },
        ),
      ]),
  ],
])("does not answer with tags where %s", (_, learn) => {
  learn();
  expect(known.answerTo({ method: "GET", target })).toBeUndefined();
  expect(known.answerTo({ method: "GET", target: byName })).toBeDefined();
});

it("remembers pages of remote state consumers, each as it was asked for, by their ids", () => {
  const consumers = `${path}/relationships/remote-state-consumers?page%5Bsize%5D=100`;
  const meta = { pagination: { "current-page": 1, "total-pages": 1 } };
  const body = { data: [{ id: "ws-2", type: "workspaces", attributes: { name: "two" } }], meta };
  known.learn({ method: "GET", target: consumers, status: 200, body, sentAt: 1, answeredAt: 2 });
  known.learn({ method: "GET", target: `${consumers}&x`, status: 500, body, sentAt: 1, answeredAt: 2 });
  expect(known.answerTo({ method: "GET", target: consumers })).toEqual({
    body: { data: [{ id: "ws-2", type: "workspaces" }], meta },
  });
  expect(known.answerTo({ method: "GET", target: `${consumers}&x` })).toBeUndefined();
  expect(known.reading({ id: "ws-2", path: "workspaces/ws-2" })).toBeUndefined();
});

it("learns nothing from a part of an object", () => {
  page(known, [workspace()], 1, "fields%5Bworkspaces%5D=name&include=effective_tag_bindings");
  expect(tokenIn(known)).toBeUndefined();
});

it.each(["workspaces", "policy-sets", "stacks", "registry-modules"])(
  "learns nothing from a list of %s that nobody compared with single answers",
  (kind) => {
    const body = { data: [workspace()], included: [binding] };
    known.learn({
      method: "GET",
      target: `organizations/acme/${kind}`,
      status: 200,
      body,
      sentAt: 1,
      answeredAt: 2,
    });
    expect(tokenIn(known)).toBeUndefined();
  },
);

it("learns nothing from what is no object of the API", () => {
  page(known, [null, {}, { id: "../../admin", type: "workspaces" }, { id: 1, type: "workspaces" }]);
  for (const body of [null, [], "x", { data: null }])
    known.learn({ method: "GET", target: path, status: 200, body, sentAt: 1, answeredAt: 2 });
  expect(tokenIn(known)).toBeUndefined();
});

it("takes the later of two readings, whichever is answered first", () => {
  page(known, [workspace(NEW.token)], 5);
  page(known, [workspace()], 4);
  expect(tokenIn(known)).toBe(NEW.token);
});

describe("a write", () => {
  it("is the next reading when it is answered, with the tags from before", () => {
    page(known, [workspace()], 1);
    const { relationships, ...answer } = workspace(NEW.token);
    const { "effective-tag-bindings": _, ...without } = relationships as Record<string, unknown>;
    patched(known, { ...answer, relationships: without }, 5, 8);
    expect(tokenIn(known)).toBe(NEW.token);
    expect(known.answerTo({ method: "GET", target })).toMatchObject({
      body: { data: { attributes: link(NEW.token) }, included: [binding] },
    });
  });

  it("leaves nothing known while it is under way", () => {
    page(known, [workspace()], 1);
    known.sending(subject);
    expect(tokenIn(known)).toBeUndefined();
    expect(known.answerTo({ method: "GET", target })).toBeUndefined();
    expect(known.answerTo({ method: "GET", target: byName })).toBeUndefined();
  });

  it("is not undone by a reading that was begun before it was answered", () => {
    page(known, [workspace()], 1);
    patched(known, workspace(NEW.token), 5, 8);
    page(known, [workspace()], 6);
    expect(tokenIn(known)).toBe(NEW.token);
    page(known, [workspace("ot-later")], 9);
    expect(tokenIn(known)).toBe("ot-later");
  });

  it("leaves nothing known when the server refused it, when its answer was lost, or when that shows less", () => {
    page(known, [workspace()], 1);
    patched(known, workspace(), 5, 8, 422);
    expect(tokenIn(known)).toBeUndefined();
    page(known, [workspace()], 9);
    expect(tokenIn(known)).toBe(OLD.token);
    known.sending(subject);
    known.lost(subject, 12);
    page(known, [workspace()], 11);
    expect(tokenIn(known)).toBeUndefined();
    page(known, [workspace()], 13);
    const { name: _, ...attributes } = workspace(NEW.token).attributes;
    patched(known, { ...workspace(NEW.token), attributes }, 15, 16);
    expect(tokenIn(known)).toBeUndefined();
  });
});

it("knows what is gone, until it is seen again", () => {
  page(known, [workspace()], 1);
  known.learn({ method: "GET", target: path, status: 404, body: {}, sentAt: 2, answeredAt: 3 });
  expect(tokenIn(known)).toBe("gone");
  expect(known.answerTo({ method: "GET", target })).toBeUndefined();
  page(known, [workspace()], 4);
  expect(tokenIn(known)).toBe(OLD.token);
});

it("does not answer by a name that a workspace no longer has", () => {
  page(known, [workspace()], 1);
  page(known, [workspace(OLD.token, { name: "renamed" })], 2);
  expect(known.answerTo({ method: "GET", target: byName })).toBeUndefined();
  expect(known.answerTo({ method: "GET", target: "organizations/acme/workspaces/renamed" })).toBeDefined();
});

it("learns the new connection and its token from the answer that made it", () => {
  const data = {
    id: NEW.connection,
    type: "oauth-clients",
    relationships: { "oauth-tokens": { data: [{ id: NEW.token, type: "oauth-tokens" }] } },
  };
  known.sending({ kind: "connection", id: null, name: "GitLab (PAT)" });
  expect([known.hasSentConnection, known.madeConnection, known.newTokens]).toEqual([true, undefined, []]);
  known.learn({
    method: "POST",
    target: "organizations/acme/oauth-clients",
    status: 201,
    body: { data },
    sentAt: 1,
    answeredAt: 2,
  });
  expect([known.madeConnection, known.newTokens]).toEqual([NEW.connection, [NEW.token]]);
});
