import type { Circumstances } from "../../lib/guard/circumstances";
import { decide } from "../../lib/guard/decide";
import { type RuleId, rules } from "../../lib/guard/rules";
import type { GuardRequest } from "../../lib/guard/ruling";
import { NEW, OLD, OTHER, registryModule, vcsRepo, workspace } from "../migration/fixtures";
import {
  CONNECTION,
  circumstances,
  expectation,
  expectedWorkspace,
  knownWith,
  PAT,
  providersPatch,
  request,
  WORKSPACE,
  workspaceResource,
} from "./facts";

const path = `workspaces/${WORKSPACE}`;
const patch = (...changes: Parameters<typeof providersPatch>) => request("PATCH", path, providersPatch(...changes));
const clients = "organizations/acme/oauth-clients";
const newConnection = (attributes: Readonly<Record<string, unknown>> = {}) =>
  request("POST", clients, {
    data: {
      type: "oauth-clients",
      attributes: {
        "api-url": "https://gitlab.example.com/api/v4",
        "http-url": "https://gitlab.example.com",
        key: "",
        name: "GitLab (PAT)",
        "oauth-token-string": PAT,
        "organization-scoped": true,
        "service-provider": "gitlab_community_edition",
        ...attributes,
      },
    },
  });
const projects = (...ids: string[]) =>
  request("POST", `oauth-clients/${NEW.connection}/relationships/projects`, {
    data: ids.map((id) => ({ type: "projects", id, attributes: { name: "" } })),
  });

/** What the server has, with some of it changed, as the last reading showed it. */
const now = (attributes: Readonly<Record<string, unknown>>, relationships: Readonly<Record<string, unknown>> = {}) =>
  circumstances({
    known: knownWith({
      [path]: workspaceResource(WORKSPACE, attributes, relationships),
    }),
  });
const link = (changes: Readonly<Record<string, unknown>>) => ({
  "vcs-repo": {
    ...workspaceResource(WORKSPACE).attributes["vcs-repo"],
    ...changes,
  },
});
const expecting = (changes: Parameters<typeof expectation>[0]) => circumstances({ expectation: expectation(changes) });

/** One request that breaks each rule. */
const broken: Readonly<Record<RuleId, readonly [GuardRequest, Circumstances]>> = {
  stopped: [patch(), circumstances({ stopped: "wrong-token" })],
  "plan-writes-nothing": [patch(), expecting({ links: [] })],
  "method-override": [{ ...patch(), headers: { "x-http-method-override": "DELETE" } }, circumstances()],
  "read-with-body": [request("GET", path, {}), circumstances()],
  method: [request("DELETE", path), circumstances()],
  "odd-path": [request("PATCH", `workspaces/../${path}`, providersPatch()), circumstances()],
  "another-organization": [request("PATCH", "organizations/other/workspaces/app", providersPatch()), circumstances()],
  "not-expected": [request("PATCH", "workspaces/ws-2", providersPatch()), circumstances()],
  "content-type": [{ ...patch(), headers: { "content-type": "application/json" } }, circumstances()],
  "unreadable-body": [request("PATCH", path, '{"data":{},"data":{}}'), circumstances()],
  "another-object": [
    request("PATCH", path, {
      data: { ...providersPatch().data, id: "ws-2" },
    }),
    circumstances(),
  ],
  unlinks: [patch({ "vcs-repo": null }), circumstances()],
  "wrong-token": [patch({}, { "oauth-token-id": OTHER.token }), circumstances()],
  "new-connection-unknown": [patch(), expecting({ links: [expectedWorkspace({ to: null })] })],
  "changes-more": [patch({ "queue-all-runs": true, "x-new": { deep: ["value"] } }), circumstances()],
  "connection-twice": [newConnection(), expecting({ connection: CONNECTION })],
  "connection-differs": [
    newConnection({
      name: "Another",
      secret: "a secret",
      "oauth-token-string": "glpat-zyxwvutsrqponmlkjihg",
    }),
    expecting({ connection: CONNECTION }),
  ],
  "project-not-expected": [
    projects("prj-2"),
    expecting({
      projectLinks: [{ connectionId: NEW.connection, projectId: "prj-1" }],
    }),
  ],
};
broken["connection-twice"][1].known.sending({
  kind: "connection",
  id: null,
  name: CONNECTION.name,
});

it("refuses by every rule, and says what to do", () => {
  const messages = Object.keys(rules).map((rule) => {
    const [asked, under] = broken[rule as RuleId];
    const ruling = decide(asked, under);
    if (ruling.type !== "refuse") throw new Error(`${rule}: ${ruling.type}`);
    expect(ruling.rule).toBe(rule);
    return `${rule}: ${ruling.message}`;
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "stopped: PATCH /workspaces/ws-0000000000000001 was not sent: an earlier request was refused (wrong-token). After a refusal, no write is sent. Resolve the first refusal, then make a new plan.",
      "plan-writes-nothing: PATCH /workspaces/ws-0000000000000001 was not sent: this run changes nothing on the server. A plan only reads. Run it again. If this happens again, report it with this message.",
      "method-override: PATCH /workspaces/ws-0000000000000001 was not sent: one of its headers asks for another method. Only the request line sets the method. Terraform's provider never sends this: find out which program does.",
      "read-with-body: GET /workspaces/ws-0000000000000001 was not sent: it has a body. A request that only reads has no body. Terraform's provider never sends this: find out which program does.",
      "method: DELETE /workspaces/ws-0000000000000001 was not sent: no DELETE is ever sent. Only a PATCH of a resource to re-point and a POST of the new connection are sent. Nothing is deleted. Make a new plan, and review it.",
      "odd-path: PATCH /workspaces/../workspaces/ws-0000000000000001 was not sent: its path is not in plain form. The path of a write has no query, no encoded character, no empty segment and no segment of dots only. Terraform's provider never sends this: find out which program does.",
      "another-organization: PATCH /organizations/other/workspaces/app was not sent: it is about the organization other, but the plan is about acme. Only the plan's organization is changed. Keep the resources of another organization in a separate configuration.",
      "not-expected: PATCH /workspaces/ws-2 was not sent: the reviewed plan does not cover it. Nothing else is sent. To have it reviewed and sent, run repoint plan ORG, then repoint apply ORG.",
      "content-type: PATCH /workspaces/ws-0000000000000001 was not sent: its body is not JSON:API. A write is application/vnd.api+json, uncompressed. Terraform's provider never sends this: find out which program does.",
      "unreadable-body: PATCH /workspaces/ws-0000000000000001 was not sent: its body has an object with the same key twice. The body of a write is one unambiguous JSON:API document. Terraform's provider never sends this: find out which program does.",
      "another-object: PATCH /workspaces/ws-0000000000000001 was not sent: its body is about "ws-2", not ws-0000000000000001. Path and body name the same object. Terraform's provider never sends this: find out which program does.",
      "unlinks: PATCH /workspaces/ws-0000000000000001 was not sent: it would remove the VCS link of workspace-1. A VCS link stays; only its token changes. Make a new plan, and review it.",
      "wrong-token: PATCH /workspaces/ws-0000000000000001 was not sent: for workspace-1 it has the token "ot-otherOtherOther1", but ot-newNewNewNewNew1 is expected. Only the expected token is sent. Make a new plan, and review it.",
      "new-connection-unknown: PATCH /workspaces/ws-0000000000000001 was not sent: the token of the new connection, which workspace-1 must get, is unknown. The new connection is created first, and has exactly one token. Make a new plan, and review it.",
      "changes-more: PATCH /workspaces/ws-0000000000000001 was not sent: it would change more of workspace-1 than its token: queue-all-runs: false → true; x-new: null → {"deep":["value"]}. Everything except the token must match the server. If it was changed on the server, make a new plan. If your configuration changes it, first apply that change without Repoint.",
      "connection-twice: POST /organizations/acme/oauth-clients was not sent: this run has already sent a new connection. A connection is created only once. Check in TFE (Settings, Version Control, Providers) whether it exists, then make a new plan.",
      "connection-differs: POST /organizations/acme/oauth-clients was not sent: it is not the expected connection: name is "Another", but "GitLab (PAT)" is expected; oauth-token-string is not the token that this run was given; secret is not expected. The connection must be the expected one, with the token that this run was given. Make a new plan, and review it.",
      "project-not-expected: POST /oauth-clients/oc-newNewNewNewNew1/relationships/projects was not sent: the reviewed plan does not attach "prj-2". The connection is attached only to the expected projects. Make a new plan, and review it.",
    ]
  `);
});

it("speaks of a reviewed plan only where one was reviewed", () => {
  const [asked, under] = broken["not-expected"];
  const ruling = decide(asked, { ...under, expectation: { ...under.expectation, basis: "organization-file" } });
  expect(ruling).toMatchObject({
    message:
      "PATCH /workspaces/ws-2 was not sent: the organization file does not cover it. Nothing else is sent. To have it reviewed and sent, run repoint plan ORG, then repoint apply ORG.",
  });
});

describe("a PATCH of a workspace", () => {
  const token = {
    data: {
      type: "workspaces",
      id: WORKSPACE,
      attributes: { "vcs-repo": { "oauth-token-id": NEW.token } },
    },
  };

  it("leaves as its token alone", () => {
    expect(decide(patch(), circumstances())).toEqual({
      type: "send",
      subject: { kind: "workspace", id: WORKSPACE, name: "workspace-1" },
      what: "re-pointed",
      body: token,
    });
  });

  const tags = (...all: object[]) => ({ "tag-bindings": { data: all } });
  const tag = (key: string, value?: string) => ({
    type: "tag-bindings",
    attributes: { key, ...(value && { value }) },
  });
  const withTags = () => {
    const effective = (id: string) => ({ id, type: "effective-tag-bindings" });
    return circumstances({
      known: knownWith(
        {
          [`${path}?include=effective_tag_bindings`]: workspaceResource(
            WORKSPACE,
            {},
            {
              "effective-tag-bindings": {
                data: [effective("tb-1"), effective("tb-2"), effective("tb-3")],
              },
            },
          ),
        },
        [
          { ...effective("tb-1"), attributes: { key: "env", value: "prod" } },
          { ...effective("tb-2"), attributes: { key: "flag", value: "" } },
          {
            ...effective("tb-3"),
            attributes: { key: "team", value: "a" },
            links: { "inherited-from": "/api/v2/projects/prj-1" },
          },
        ],
      ),
    });
  };
  const withRelationships = (relationships: object) =>
    request("PATCH", path, {
      data: { ...providersPatch().data, relationships },
    });

  it.each<[string, GuardRequest, Circumstances]>([
    [
      "null, where the server has a value",
      patch({
        "auto-destroy-at": null,
        "auto-destroy-activity-duration": null,
      }),
      {
        ...now({ "auto-destroy-activity-duration": "14d" }),
        expectation: expectation({
          links: [
            expectedWorkspace({
              reviewed: workspace(1, {
                settings: { autoDestroyActivityDuration: "14d" },
              }),
            }),
          ],
        }),
      },
    ],
    [
      "the same time, cut off at the second",
      patch({ "auto-destroy-at": "2030-01-01T00:00:00Z" }),
      {
        ...now({ "auto-destroy-at": "2030-01-01T00:00:00.123Z" }),
        expectation: expectation({
          links: [
            expectedWorkspace({
              reviewed: workspace(1, {
                settings: { autoDestroyAt: "2030-01-01T00:00:00.123Z" },
              }),
            }),
          ],
        }),
      },
    ],
    ["an empty text for null", patch({ description: "", "working-directory": "" }), now({ "working-directory": null })],
    [
      "a text that Terraform has composed",
      patch({ "working-directory": "caf\u00e9", "trigger-patterns": ["\u00e9/*"] }),
      {
        ...now({ "working-directory": "cafe\u0301", "trigger-patterns": ["e\u0301/*"] }),
        expectation: expectation({
          links: [
            expectedWorkspace({
              reviewed: workspace(1, {
                settings: { workingDirectory: "cafe\u0301", triggerPatterns: ["e\u0301/*"] },
              }),
            }),
          ],
        }),
      },
    ],
    ["an empty list for null", patch({ "trigger-prefixes": [] }), now({ "trigger-prefixes": null })],
    [
      "what the server does not show, if it is nothing",
      patch({ "x-new": false, "x-list": [], "x-text": "", "x-object": {} }),
      circumstances(),
    ],
    [
      "the agent pool under its other name",
      patch({ "agent-pool-id": "apool-1" }),
      {
        ...now({}, { "agent-pool": { data: { type: "agent-pools", id: "apool-1" } } }),
        expectation: expectation({
          links: [
            expectedWorkspace({
              reviewed: workspace(1, { settings: { agentPoolId: "apool-1" } }),
            }),
          ],
        }),
      },
    ],
    ["the execution mode under its old name", patch({ operations: true }), now({ operations: undefined })],
    ["a part of the overwrites", patch({ "setting-overwrites": { "execution-mode": true } }), circumstances()],
    [
      "its project",
      withRelationships({
        project: { data: { type: "projects", id: "prj-0000000000000001" } },
      }),
      circumstances(),
    ],
    ["no agent pool", withRelationships({ "agent-pool": { data: null } }), circumstances()],
    ["its own tags", withRelationships(tags(tag("flag"), tag("env", "prod"))), withTags()],
    [
      "its id",
      request("PATCH", path, {
        data: { ...providersPatch().data, id: WORKSPACE },
      }),
      circumstances(),
    ],
    [
      "a charset",
      {
        ...patch(),
        headers: { "content-type": "application/vnd.api+json; charset=utf-8" },
      },
      circumstances(),
    ],
  ])("leaves out %s", (_, asked, under) => {
    expect(decide(asked, under)).toMatchObject({ type: "send", body: token });
  });

  it.each<[string, GuardRequest, Circumstances, string]>([
    ["true for what the server does not show", patch({ "x-new": true }), circumstances(), "x-new: null → true"],
    [
      "an empty list for a full one",
      patch({ "trigger-patterns": [] }),
      {
        ...now({ "trigger-patterns": ["a/*"] }),
        expectation: expectation({
          links: [
            expectedWorkspace({
              reviewed: workspace(1, {
                settings: { triggerPatterns: ["a/*"] },
              }),
            }),
          ],
        }),
      },
      'trigger-patterns: ["a/*"] → []',
    ],
    [
      "another repository",
      patch({}, { identifier: "group/other" }),
      circumstances(),
      'vcs-repo.identifier: "group/project" → "group/other"',
    ],
    [
      "another project",
      withRelationships({
        project: { data: { type: "projects", id: "prj-2" } },
      }),
      circumstances(),
      "project: ",
    ],
    [
      "local execution under its old name",
      patch({ operations: false }),
      now({ operations: undefined }),
      "operations: true → false",
    ],
    [
      "a secret",
      patch({ description: "glpat-zyxwvutsrqponmlkjihg\u001b[2J" }),
      circumstances(),
      'description: null → "(masked)\\x1b[2J"',
    ],
  ])("is refused with %s", (_, asked, under, what) => {
    const ruling = decide(asked, under);
    expect(ruling).toMatchObject({ type: "refuse", rule: "changes-more" });
    expect(ruling.type === "refuse" && ruling.message).toContain(what);
  });

  const long = "x".repeat(200);
  it.each([
    ["inherited tags as its own", [tag("env", "prod"), tag("flag"), tag("team", "a")], '{"env":"prod"}, {"flag":""}'],
    [
      "fewer tags",
      [tag("env", "prod")],
      'its tags: {"env":"prod"} in the plan, {"env":"prod"}, {"flag":""} on the server',
    ],
    ["another value", [tag("env", "test"), tag("flag")], 'its tags: {"env":"test"}, {"flag":""} in the plan'],
    ["a tag twice", [tag("env", "prod"), tag("flag"), tag("flag")], "its tags: unreadable in the plan"],
  ])("leaves what has other tags than the plan saw: %s", (_, all, reason) => {
    const ruling = decide(withRelationships(tags(...all)), withTags());
    expect(ruling).toMatchObject({ type: "leave", reason: expect.stringContaining(reason) });
  });

  it("tells tags apart by all of their text, however long or secret", () => {
    const under = (value: string) =>
      circumstances({
        known: knownWith(
          {
            [`${path}?include=effective_tag_bindings`]: workspaceResource(
              WORKSPACE,
              {},
              { "effective-tag-bindings": { data: [{ id: "tb-1", type: "effective-tag-bindings" }] } },
            ),
          },
          [{ id: "tb-1", type: "effective-tag-bindings", attributes: { key: "note", value } }],
        ),
      });
    const types = [
      [`${long}a`, `${long}a`],
      [`${long}a`, `${long}b`],
      ["glpat-abcdefghijklmnopqrst", "glpat-zyxwvutsrqponmlkjihg"],
    ].map(([is = "", sent]) => decide(withRelationships(tags(tag("note", sent))), under(is)).type);
    expect(types).toEqual(["send", "leave", "leave"]);
  });

  it("asks for a reading where there is none, or too old a one, or one without the tags that are sent", () => {
    const first = {
      type: "read-first",
      kind: "workspace",
      id: WORKSPACE,
      path: `${path}?include=effective_tag_bindings`,
      tags: false,
    };
    expect(decide(patch(), circumstances({ known: knownWith() }))).toEqual(first);
    expect(decide(patch(), circumstances({ freshSince: 2 }))).toEqual(first);
    expect(decide(withRelationships(tags(tag("env", "prod"))), circumstances())).toEqual({ ...first, tags: true });
    expect(decide(patch(), circumstances({ freshSince: 1 })).type).toBe("send");
  });

  it.each<[string, Circumstances, string]>([
    ["has another branch", now(link({ branch: "main" })), 'branch: "" → "main"'],
    ["has another setting", now({ "auto-apply": true }), "autoApply: false → true"],
    [
      "was moved to another project",
      now({}, { project: { data: { type: "projects", id: "prj-2" } } }),
      'projectId: "prj-0000000000000001" → "prj-2"',
    ],
    ["was renamed", now({ name: "other" }), 'name: "workspace-1" → "other"'],
    ["has a third token", now(link({ "oauth-token-id": OTHER.token })), `its token: ${OLD.token} → ${OTHER.token}`],
    [
      "has the new token and another branch",
      now(link({ "oauth-token-id": NEW.token, branch: "main" })),
      `its token: ${OLD.token} → ${NEW.token}; branch: "" → "main"`,
    ],
    ["has lost its link", now({ "vcs-repo": null }), "its VCS link was removed"],
    [
      "is nothing that TFE documents",
      now({ "vcs-repo": "x" }),
      "the server's answer differs from TFE's documentation: workspaces ws-0000000000000001: attributes.vcs-repo is \"x\"; expected an object",
    ],
  ])("is left for the next plan when it %s", (_, under, reason) => {
    const subject = { kind: "workspace", id: WORKSPACE, name: "workspace-1" };
    expect(decide(patch(), under)).toEqual({ type: "leave", subject, reason });
  });

  it("is left when the workspace is gone", () => {
    const known = knownWith();
    known.learn({
      method: "GET",
      target: path,
      status: 404,
      body: {},
      sentAt: 1,
      answeredAt: 2,
    });
    expect(decide(patch(), circumstances({ known }))).toMatchObject({
      type: "leave",
      reason: "it no longer exists",
    });
  });

  it("is answered from memory where the token is there already", () => {
    const under = now({
      ...link({ "oauth-token-id": NEW.token }),
      "auto-destroy-activity-duration": null,
    });
    expect(decide(patch(), under)).toMatchObject({
      type: "answer",
      status: 200,
      body: {
        data: {
          id: WORKSPACE,
          attributes: { "vcs-repo": { "oauth-token-id": NEW.token } },
        },
      },
      subject: { id: WORKSPACE },
    });
  });

  it("links again what has lost its link, with the whole link that was reviewed", () => {
    const { oauthTokenId: _, ...expected } = vcsRepo(OLD.token, {
      branch: "main",
      tagsRegex: "v.*",
    });
    const lost = expectedWorkspace({
      reconnect: true,
      vcsRepo: expected,
      reviewed: workspace(1, { token: null }),
    });
    const asked = patch({}, { branch: "main", "tags-regex": "v.*" });
    const under = {
      ...now({ "vcs-repo": null }),
      expectation: expectation({ links: [lost] }),
    };
    expect(decide(asked, under)).toMatchObject({
      type: "send",
      what: "linked again",
      body: {
        data: {
          attributes: {
            "vcs-repo": {
              identifier: "group/project",
              branch: "main",
              "oauth-token-id": NEW.token,
              "ingress-submodules": false,
              "tags-regex": "v.*",
            },
          },
        },
      },
    });
    expect(decide(patch({}, { branch: "other" }), under)).toMatchObject({
      type: "refuse",
      rule: "changes-more",
    });
    const back = {
      ...circumstances(),
      expectation: expectation({ links: [lost] }),
    };
    expect(decide(asked, back)).toMatchObject({
      type: "leave",
      reason: "it has a VCS link again",
    });
    const done = link({
      "oauth-token-id": NEW.token,
      branch: "main",
      "tags-regex": "v.*",
    });
    expect(decide(asked, { ...now(done), expectation: back.expectation })).toMatchObject({ type: "answer" });
  });
});

describe("a registry module", () => {
  const at = "organizations/acme/registry-modules/private/acme/module-1/aws";
  const repo = {
    identifier: "group/module",
    branch: "",
    githubAppInstallationId: null,
    displayIdentifier: "group/module",
    tags: true,
    sourceDirectory: null,
    tagPrefix: null,
  };
  const module = { ...registryModule(1, { token: OLD.token }), vcsRepo: { ...repo, oauthTokenId: OLD.token } };
  const { id, name } = module;
  const expected = { ...expectedWorkspace(), kind: "registry-module" as const, id, name, path: at };
  const under = (attributes: Readonly<Record<string, unknown>> = {}, shownId = id) => {
    const shown = {
      name,
      provider: "aws",
      namespace: "acme",
      "registry-name": "private",
      "publishing-mechanism": "git_tag",
      "vcs-repo": { identifier: "group/module", branch: "", tags: true, "oauth-token-id": OLD.token },
      ...attributes,
    };
    return circumstances({
      expectation: expectation({ links: [{ ...expected, vcsRepo: repo, reviewed: module }] }),
      known: knownWith({ [at]: { id: shownId, type: "registry-modules", attributes: shown } }),
    });
  };
  const asked = request("PATCH", at, {
    data: {
      type: "registry-modules",
      attributes: { "vcs-repo": { identifier: "group/module", tags: true, "oauth-token-id": NEW.token } },
    },
  });

  it("leaves as the provider's 0.80 sends it, whatever its list does not show of it", () => {
    const vcs = { tags: true, identifier: "group/module", "oauth-token-id": NEW.token };
    for (const attributes of [{}, { "test-config": { "tests-enabled": false } }, { "publishing-mechanism": null }])
      expect(decide(asked, under(attributes))).toMatchObject({
        type: "send",
        body: { data: { type: "registry-modules", attributes: { "vcs-repo": vcs } } },
      });
  });

  it("is left when it is published in another way, and when another one now has its name", () => {
    expect(decide(asked, under({ "publishing-mechanism": "branch" }))).toMatchObject({
      type: "leave",
      reason: 'publishingMechanism: "git_tag" → "branch"',
    });
    expect(decide(asked, under({}, "mod-other"))).toMatchObject({ type: "leave", reason: "it no longer exists" });
  });
});

describe("reads", () => {
  it.each(["GET", "HEAD", "OPTIONS"])(
    "%s of anything passes, of other organizations and after a refusal too",
    (method) => {
      const under = circumstances({
        stopped: "wrong-token",
        expectation: expectation({ links: [] }),
      });
      for (const target of ["ping", "organizations/other/workspaces?page%5Bsize%5D=100", "workspaces/a%2Fb"])
        expect(decide(request(method, target), under)).toEqual({
          type: "forward",
        });
    },
  );

  it.each(["../admin", "a/../b", "a/%2e%2E/b", "a/..%2fb", "a/.%2e", "a\\b", "a b", "a/\u0000"])(
    "%s is refused",
    (target) => {
      expect(decide(request("GET", target), circumstances())).toMatchObject({
        type: "refuse",
        rule: "odd-path",
      });
    },
  );
});

describe("the connection", () => {
  const made = {
    id: NEW.connection,
    type: "oauth-clients",
    attributes: { "organization-scoped": true },
  };
  const existing = (scope = true, changesScope = false) =>
    circumstances({
      expectation: expectation({
        connection: {
          ...CONNECTION,
          id: NEW.connection,
          organizationScoped: scope,
          changesScope,
        },
      }),
      known: knownWith({ [`oauth-clients/${NEW.connection}`]: made }),
    });
  const exchange = (attributes: Readonly<Record<string, unknown>>) =>
    request("PATCH", `oauth-clients/${NEW.connection}`, {
      data: { type: "oauth-clients", attributes },
    });

  it("is made with what was reviewed, and nothing else", () => {
    const under = expecting({
      connection: { ...CONNECTION, agentPoolId: "apool-1" },
    });
    const body = JSON.parse(new TextDecoder().decode(newConnection().body));
    body.data.relationships = {
      "agent-pool": {
        data: { type: "agent-pools", id: "apool-1", attributes: {} },
      },
    };
    expect(decide(request("POST", clients, body), under)).toEqual({
      type: "send",
      subject: { kind: "connection", id: null, name: "GitLab (PAT)" },
      what: "made",
      body: {
        data: {
          type: "oauth-clients",
          attributes: {
            name: "GitLab (PAT)",
            "service-provider": "gitlab_community_edition",
            "http-url": "https://gitlab.example.com",
            "api-url": "https://gitlab.example.com/api/v4",
            "organization-scoped": true,
            "oauth-token-string": PAT,
          },
          relationships: {
            "agent-pool": { data: { type: "agent-pools", id: "apool-1" } },
          },
        },
      },
    });
    expect(decide(newConnection(), under)).toMatchObject({
      rule: "connection-differs",
    });
  });

  it("is not made when the run was given no token", () => {
    const under = {
      ...expecting({ connection: CONNECTION }),
      patSha256: undefined,
    };
    expect(decide(newConnection(), under)).toMatchObject({
      rule: "connection-differs",
    });
  });

  it("exchanges its token alone", () => {
    const asked = exchange({
      "oauth-token-string": PAT,
      "organization-scoped": true,
    });
    expect(decide(asked, existing())).toMatchObject({
      type: "send",
      what: "changed",
      body: {
        data: { id: NEW.connection, attributes: { "oauth-token-string": PAT } },
      },
    });
    expect(decide(asked, { ...existing(), known: knownWith() })).toEqual({
      type: "read-first",
      kind: "connection",
      id: NEW.connection,
      path: `oauth-clients/${NEW.connection}`,
      tags: false,
    });
  });

  it("changes its scope where that was reviewed, and nowhere else", () => {
    const asked = exchange({
      "oauth-token-string": PAT,
      "organization-scoped": false,
    });
    expect(decide(asked, existing(false))).toMatchObject({
      type: "refuse",
      rule: "changes-more",
      message: expect.stringContaining(
        "organization-scoped is true on the server by now, and the reviewed plan keeps it",
      ),
    });
    expect(decide(asked, existing(false, true))).toMatchObject({
      type: "send",
      body: {
        data: {
          attributes: {
            "oauth-token-string": PAT,
            "organization-scoped": false,
          },
        },
      },
    });
    expect(decide(asked, existing())).toMatchObject({
      rule: "connection-differs",
    });
  });

  it.each([
    { name: "Another", "oauth-token-string": PAT },
    { key: "x", "oauth-token-string": PAT },
    { "oauth-token-string": "glpat-zyxwvutsrqponmlkjihg" },
    { "organization-scoped": true },
  ])("is not changed in other ways: %j", (attributes) => {
    expect(decide(exchange(attributes), existing())).toMatchObject({
      type: "refuse",
      rule: "connection-differs",
    });
  });

  it("is attached to the reviewed projects", () => {
    const projectLinks = ["prj-1", "prj-2"].map((projectId) => ({ connectionId: NEW.connection, projectId }));
    const known = knownWith({ [`oauth-clients/${NEW.connection}`]: made });
    const under = circumstances({ expectation: expectation({ projectLinks }), known });
    expect(decide(projects("prj-2", "prj-1"), under)).toEqual({
      type: "send",
      subject: {
        kind: "connection-project",
        id: NEW.connection,
        name: `${NEW.connection}, prj-2, prj-1`,
      },
      what: "attached",
      body: {
        data: [
          { type: "projects", id: "prj-2" },
          { type: "projects", id: "prj-1" },
        ],
      },
    });
    expect(decide(projects(), under)).toMatchObject({
      rule: "project-not-expected",
    });
  });
});
