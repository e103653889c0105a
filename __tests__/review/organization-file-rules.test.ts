import type { ReviewExpectation } from "../../lib/review/expectation";
import type { PlanFacts } from "../../lib/review/rule";
import { type Document, entry, fixture, found, NEW, OLD, organizationFile, reviewOf } from "./support";

const existing = { id: "oc-EXIST00000000001", tokenId: "ot-EXIST00000000001" };
const move = organizationFile();

function errors(
  base: string,
  expectation: ReviewExpectation,
  change: (document: Document) => void = () => {},
  facts: PlanFacts = {},
): readonly string[] {
  const document = fixture(base);
  change(document);
  return found(reviewOf(document, expectation, { facts }));
}

function created(change: Partial<Extract<ReviewExpectation["connection"], { type: "create" }>>): ReviewExpectation {
  if (move.connection.type !== "create") throw new Error("the organization file creates a connection");
  return { ...move, connection: { ...move.connection, ...change } };
}

describe("a re-pointing to no token", () => {
  const address = "tfe_workspace.app_0";
  /** As a connection without a token gives it: the state has it so, and every resource gets that. */
  const emptied = (before: string | null, after: string | null) => (document: Document) => {
    const { change } = entry(document, address);
    change.before.vcs_repo[0].oauth_token_id = before;
    change.after.vcs_repo[0].oauth_token_id = after;
    change.after_unknown = {};
    const connection = entry(document, "tfe_oauth_client.gitlab_pat").change;
    Object.assign(connection.after, { id: "oc-NEW", oauth_token_id: "" });
    Object.assign(connection, { actions: ["no-op"], before: connection.after, after_unknown: {} });
  };
  const said = (expectation: ReviewExpectation | undefined, ...tokens: [string | null, string | null]) => {
    const document = fixture("move");
    emptied(...tokens)(document);
    return reviewOf(document, expectation)
      .findings.filter((finding) => finding.rule === "old-to-new" && finding.address === address)
      .map(({ severity, message }) => `${severity} ${message}`);
  };
  const left =
    "error it would be left without a token (its oauth_token_id becomes empty), which unlinks it from its repository";
  const stays = "error it would get no token: its oauth_token_id would stay empty, so it would not be linked";

  it.each([
    ["", "by an organization file", move],
    [null, "by an organization file", move],
    ["", "without one", undefined],
    [null, "without one", undefined],
  ] as const)("is an error of its own words: to %j, %s", (after, _, expectation) => {
    expect(said(expectation, OLD, after)).toContain(left);
  });

  it("is one, too, where the link was lost before", () => {
    for (const [before, after] of [
      [null, ""],
      ["", null],
      ["", ""],
    ] as const)
      expect(said(move, before, after)).toContain(stays);
  });
});

describe("what only an organization file can tell", () => {
  it("misses a resource that the organization file covers", () => {
    const drop = (document: Document) => {
      for (const resources of [
        document.resource_changes,
        document.planned_values.root_module.resources,
        document.prior_state.values.root_module.resources,
        document.configuration.root_module.resources,
      ]) {
        const index = resources.findIndex(({ address }: Document) => address === "tfe_workspace.app_3");
        if (index >= 0) resources.splice(index, 1);
      }
    };
    expect(errors("move", move, drop)).toEqual(["file-covered tfe_workspace.app_3"]);
  });

  it("refuses a resource that the organization file does not cover", () => {
    expect(errors("move", organizationFile({ workspaces: [0, 1, 2] }))).toEqual(["file-only tfe_workspace.app_3"]);
    expect(errors("done", organizationFile({ workspaces: [0, 1, 2], forgotten: [3], current: NEW }))).toEqual([
      "file-only tfe_workspace.app_3",
    ]);
  });

  it("misses a forget of what the state holds", () => {
    const drop = (document: Document) => {
      document.resource_changes = document.resource_changes.filter(
        ({ address }: Document) => address !== "tfe_workspace.app_0",
      );
    };
    const expectation = organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW });
    expect(errors("forget", expectation, drop)).toEqual([
      "plan-complete tfe_workspace.app_0",
      "file-covered tfe_workspace.app_0",
    ]);
  });

  it("refuses to forget another object than the recorded one", () => {
    const swap = (document: Document) => {
      entry(document, "tfe_workspace.app_0").change.before.id = "ws-ffffffffffffffff";
    };
    const expectation = organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW });
    expect(errors("forget", expectation, swap)).toEqual(["nothing-forgotten tfe_workspace.app_0"]);
  });

  it("holds the plan to maxChanges", () => {
    expect(errors("move", organizationFile({ maxChanges: 6 }))).toEqual([]);
    expect(errors("move", organizationFile({ maxChanges: 5 }))).toEqual(["within-limits"]);
  });

  it("wants a plan that is younger than the inventory, and counts in whole seconds", () => {
    const at = (timestamp: unknown) => (document: Document) => Object.assign(document, { timestamp });
    const expectation = { ...move, inventoryChangedAt: "2026-05-01T10:00:00.900Z" };
    expect(errors("move", expectation, at("2026-05-01T10:00:00Z"))).toEqual([]);
    expect(errors("move", expectation, at("2026-05-01T11:59:59+02:00"))).toEqual(["plan-fresh"]);
    expect(errors("move", expectation, at("soon"))).toEqual(["plan-fresh"]);
    expect(errors("move", expectation, at(undefined))).toEqual(["plan-fresh"]);
    expect(errors("move", { ...move, inventoryChangedAt: "never" })).toEqual(["plan-fresh"]);
  });

  it("wants a plan of the text that is synthesized now", () => {
    const expectation = organizationFile({ configurationSha256: "a".repeat(64) });
    expect(errors("move", expectation, undefined, { configurationSha256: "a".repeat(64) })).toEqual([]);
    expect(errors("move", expectation, undefined, { configurationSha256: "b".repeat(64) })).toEqual(["same-text"]);
  });

  it("wants a plan for this host and organization", () => {
    const provider = (argument: string, expression: unknown) => (document: Document) => {
      document.configuration.provider_config.tfe.expressions[argument] = expression;
    };
    expect(errors("move", move, provider("hostname", { constant_value: "elsewhere.test" }))).toEqual(["same-target"]);
    expect(errors("move", move, provider("hostname", undefined))).toEqual(["same-target"]);
    expect(errors("move", move, provider("organization", { constant_value: "other" }))).toEqual(["same-target"]);
    expect(errors("move", move, undefined, { hostname: "elsewhere.test" })).toEqual(["same-target"]);
    expect(errors("move", move, undefined, { organization: "other" })).toEqual(["same-target"]);
    const byVariable = (value: string) => (document: Document) => {
      provider("hostname", { references: ["var.host"] })(document);
      document.variables.host = { value };
    };
    expect(errors("move", move, byVariable("tfe.sandbox.test"))).toEqual([]);
    expect(errors("move", move, byVariable("elsewhere.test"))).toEqual(["same-target"]);
    const stray = (document: Document) => {
      const { change } = entry(document, "tfe_workspace.app_1");
      change.before.organization = "other";
      change.after.organization = "other";
    };
    expect(errors("move", move, stray)).toEqual(["same-target tfe_workspace.app_1"]);
  });

  it("wants the provider's version of the organization file", () => {
    expect(errors("move", { ...move, providerVersion: "~> 0.80.0" })).toEqual(["known-provider"]);
  });

  it("wants the connection of the organization file", () => {
    for (const change of [
      { name: "other" },
      { serviceProvider: "gitlab_hosted" },
      { httpUrl: "https://other.example.com" },
      { apiUrl: "https://other.example.com/api/v4" },
      { agentPoolId: "apool-1" },
    ]) {
      expect(errors("move", created(change))).toEqual(["connection-kept tfe_oauth_client.gitlab_pat"]);
    }
    expect(errors("move", created({ organizationScoped: false, projectIds: ["prj-1"] }))).toEqual([
      "connection-kept",
      "connection-kept tfe_oauth_client.gitlab_pat",
    ]);
    expect(
      errors("move", { ...move, connection: { type: "existing", id: "oc-1", address: "gitlab_pat", links: [] } }),
    ).toContain("connection-kept tfe_oauth_client.gitlab_pat");
    expect(errors("existing", organizationFile({ workspaces: [0, 1, 2] }))).toContain("connection-kept");
  });

  it("refuses to make a connection that the inventory has already: the state may be lost", () => {
    expect(errors("move", organizationFile({ created: true }))).toEqual([
      "connection-kept tfe_oauth_client.gitlab_pat",
    ]);
  });

  it("lets the connection's token be exchanged in place", () => {
    const rotate = (document: Document) => {
      document.applyable = true;
      const { change } = entry(document, "tfe_oauth_client.gitlab_pat");
      change.actions = ["update"];
      change.after.oauth_token = "another-personal-access-token";
    };
    expect(errors("done", organizationFile({ current: NEW }), rotate)).toEqual([]);
  });

  it("gives the connection to the projects of the organization file and to no others", () => {
    const scoped = created({ organizationScoped: false, projectIds: ["prj-1"] });
    const attach = (project: string) => (document: Document) => {
      const client = entry(document, "tfe_oauth_client.gitlab_pat");
      client.change.after.organization_scoped = false;
      const planned: readonly Document[] = document.planned_values.root_module.resources;
      for (const { address, values } of planned) if (address === client.address) values.organization_scoped = false;
      document.configuration.root_module.resources.push({
        address: "tfe_project_oauth_client.platform",
        mode: "managed",
        type: "tfe_project_oauth_client",
        name: "platform",
        expressions: {},
      });
      document.resource_changes.push({
        address: "tfe_project_oauth_client.platform",
        mode: "managed",
        type: "tfe_project_oauth_client",
        name: "platform",
        provider_name: "registry.terraform.io/hashicorp/tfe",
        change: {
          actions: ["create"],
          before: null,
          after: { project_id: project },
          after_unknown: { id: true, oauth_client_id: true },
          before_sensitive: false,
          after_sensitive: {},
        },
      });
    };
    expect(errors("move", scoped, attach("prj-1"))).toEqual([]);
    expect(errors("move", scoped, attach("prj-2"))).toEqual([
      "connection-kept",
      "connection-kept tfe_project_oauth_client.platform",
    ]);
  });

  it("says of the connections what their comparison found", () => {
    const connections = {
      errors: [{ rule: "plan/other-gitlab", path: "gitlab.url", message: "leads elsewhere", fix: "set it back" }],
      warnings: ["it has the same name"],
    };
    const { findings, verdict } = reviewOf(fixture("move"), { ...organizationFile(), connections });
    expect(verdict).toBe("fail");
    expect(findings.filter(({ rule }) => rule === "connections-fit")).toMatchObject([
      { severity: "error", message: "gitlab.url: leads elsewhere", remedy: "set it back" },
      { severity: "warning", message: "it has the same name" },
    ]);
  });

  describe("of registry modules that are re-pointed over the API", () => {
    const moves = [
      {
        id: "mod-1",
        name: "vpc",
        wave: "all",
        path: "organizations/acme/registry-modules/private/acme/vpc/aws",
        vcsRepo: { identifier: "group/vpc", branch: "", tags: true, tagPrefix: "vpc-" },
        from: OLD,
        to: null,
      },
    ];
    const of = (expectation: ReviewExpectation, planned = moves) =>
      reviewOf(fixture("move"), expectation, { facts: { moves: planned } });

    it("shows the very request, and says what is not known and what it needs", () => {
      const { verdict, findings, summary, changes } = of({ ...move, moves });
      expect(verdict).toBe("pass");
      expect(findings.filter(({ rule }) => rule === "modules-over-api").map(({ severity }) => severity)).toEqual([
        "info",
        "info",
      ]);
      expect(summary.repointed - summary.overApi).toBe(reviewOf(fixture("move"), move).summary.repointed);
      expect(changes.at(-1)).toMatchObject({
        kind: "registry-module",
        from: { connectionId: "oc-OLD" },
        to: { name: "gitlab-pat", connectionId: null },
        request:
          'PATCH /api/v2/organizations/acme/registry-modules/private/acme/vpc/aws {"data":{"type":"registry-modules","attributes":{"vcs-repo":{"tags":true,"identifier":"group/vpc","oauth-token-id":"(known after apply)","tag-prefix":"vpc-"}}}}',
      });
    });

    it("refuses others than the organization file and the inventory give, and tokens of no old connection", () => {
      expect(found(of(move))).toEqual(["modules-over-api"]);
      const strange = moves.map((each) => ({ ...each, from: "ot-strange" }));
      expect(found(of({ ...move, moves: strange }, strange))).toEqual([`modules-over-api ${moves[0]?.path}`]);
    });

    it("counts them among what limits.maxChanges allows", () => {
      const { update } = reviewOf(fixture("move"), move).summary;
      expect(found(of({ ...move, moves, maxChanges: update }))).toEqual(["within-limits"]);
    });
  });

  it("refuses tokens that the inventory did not record", () => {
    const change = (document: Document) => {
      const { before } = entry(document, "tfe_workspace.app_2").change;
      before.vcs_repo[0].oauth_token_id = "ot-HAND000000000001";
    };
    expect(errors("move", move, change)).toEqual(["old-to-new tfe_workspace.app_2"]);
    expect(errors("move", { ...move, oldTokenIds: new Set(["ot-OTHER"]) })).toHaveLength(6);
  });

  it("takes the token of a connection in the state for the new one's, though the inventory is older", () => {
    const expectation: ReviewExpectation = {
      ...organizationFile({ current: NEW }),
      newTokenIds: new Set(),
      newConnectionId: null,
    };
    expect(errors("done", expectation)).toEqual([]);
    const other = (document: Document) => {
      entry(document, "tfe_oauth_client.gitlab_pat").change.before.oauth_token_id = "ot-ANOTHER000000001";
      entry(document, "tfe_oauth_client.gitlab_pat").change.after.oauth_token_id = "ot-ANOTHER000000001";
    };
    expect(errors("done", expectation, other).length).toBeGreaterThan(0);
  });

  it("refuses data that was read when the plan was made", () => {
    const external = (document: Document) => {
      document.configuration.root_module.resources.push({
        address: "data.external.x",
        mode: "data",
        type: "external",
        name: "x",
        expressions: {},
      });
    };
    expect(errors("move", move, external)).toEqual(["known-types data.external.x"]);
  });

  it("refuses to leave a resource of the organization file on the old token", () => {
    const stay = (document: Document) => {
      const { change } = entry(document, "tfe_workspace.app_2");
      change.after = structuredClone(change.before);
      change.after_unknown = {};
      change.actions = ["no-op"];
    };
    expect(errors("move", move, stay)).toEqual(["old-to-new tfe_workspace.app_2"]);
  });

  it("refuses an unknown token where the connection is there already", () => {
    const unknown = (document: Document) => {
      const { change } = entry(document, "tfe_workspace.app_0");
      delete change.after.vcs_repo[0].oauth_token_id;
      change.after_unknown.vcs_repo = [{ oauth_token_id: true }];
    };
    expect(errors("existing", organizationFile({ workspaces: [0, 1, 2], existing }), unknown)).toEqual([
      "old-to-new tfe_workspace.app_0",
    ]);
  });

  it("holds a way back to the token of the baseline", () => {
    const back = (id: string): ReviewExpectation => ({
      ...organizationFile({ current: NEW }),
      resources: new Map(
        [...organizationFile({ current: NEW }).resources].map(([address, expected]) => [
          address,
          { ...expected, desired: { ...expected.desired, token: { type: "id" as const, id } } },
        ]),
      ),
    });
    const turn = (document: Document) => {
      document.applyable = true;
      for (const { type, change } of document.resource_changes) {
        if (type === "tfe_oauth_client") continue;
        change.actions = ["update"];
        const repo = change.after.vcs_repo;
        (Array.isArray(repo) ? repo[0] : repo).oauth_token_id = OLD;
      }
    };
    expect(errors("done", back(OLD), turn)).toEqual([]);
    expect(errors("done", back("ot-OTHER"), turn)).toHaveLength(6);
    expect(errors("done", back(OLD))).toHaveLength(6);
  });

  it("lets a lost link come back as it was last seen, and only so", () => {
    const lost: ReviewExpectation = {
      ...move,
      resources: new Map(
        [...move.resources].map(([address, expected]) => [
          address,
          address === "tfe_workspace.app_1"
            ? { ...expected, desired: { ...expected.desired, reconnect: true, currentTokenId: null } }
            : expected,
        ]),
      ),
    };
    const lose = (document: Document) => {
      entry(document, "tfe_workspace.app_1").change.before.vcs_repo = [];
    };
    expect(errors("move", lost, lose)).toEqual([]);
    expect(
      errors("move", lost, (document) => {
        lose(document);
        entry(document, "tfe_workspace.app_1").change.after.vcs_repo[0].branch = "develop";
      }),
    ).toEqual(["token-only tfe_workspace.app_1"]);
    expect(errors("move", move, lose)).toContain("token-only tfe_workspace.app_1");
  });

  it("wants the branch of a policy set, which an import does not read", () => {
    const branch = (value: string) => (document: Document) => {
      entry(document, "tfe_policy_set.guard").change.after.vcs_repo[0].branch = value;
    };
    expect(errors("move", move, branch("develop"))).toEqual(["token-only tfe_policy_set.guard"]);
    expect(errors("move", move, branch(""))).toEqual(["token-only tfe_policy_set.guard"]);
  });

  it("goes on after a run that was killed between the import of a policy set and its update", () => {
    const imported = (document: Document) => {
      delete entry(document, "tfe_policy_set.guard").change.importing;
    };
    const other = (document: Document) => {
      imported(document);
      entry(document, "tfe_policy_set.guard").change.after.vcs_repo[0].branch = "develop";
    };
    expect(errors("move", move, imported)).toEqual([]);
    expect(errors("move", move, other)).toEqual(["token-only tfe_policy_set.guard"]);
  });

  it("refuses another address, generated modules and other providers", () => {
    const moved = (document: Document) => {
      entry(document, "tfe_workspace.app_0").previous_address = "tfe_workspace.was";
    };
    expect(errors("move", move, moved)).toEqual(["nothing-moved tfe_workspace.app_0"]);
    const called = (document: Document) => {
      document.configuration.root_module.module_calls = { x: { source: "./x", module: {} } };
    };
    expect(errors("move", move, called)).toEqual(["known-types"]);
    const provided = (document: Document) => {
      document.configuration.provider_config.aws = { name: "aws", full_name: "registry.terraform.io/hashicorp/aws" };
    };
    expect(errors("move", move, provided)).toEqual(["known-provider"]);
  });
});

describe("remote state consumers", () => {
  const unknown = (before: boolean, after: boolean) => (document: Document) => {
    const { change } = entry(document, "tfe_workspace.app_0");
    Object.assign(change.before, { global_remote_state: before, remote_state_consumer_ids: null });
    Object.assign(change.after, { global_remote_state: after });
    delete change.after.remote_state_consumer_ids;
    change.after_unknown.remote_state_consumer_ids = true;
  };

  it("may be unknown while the state is shared with the whole organization, and only then", () => {
    expect(errors("move", move, unknown(true, true))).toEqual([]);
    expect(errors("move", move, unknown(false, false))).toEqual(["nothing-unknown tfe_workspace.app_0"]);
    expect(errors("move", move, unknown(true, false))).toEqual([
      "token-only tfe_workspace.app_0",
      "nothing-unknown tfe_workspace.app_0",
    ]);
  });
});

it("holds a stack to nothing that the provider does not know of it", () => {
  const resources = new Map(move.resources);
  const stack = resources.get("tfe_stack.net");
  if (stack === undefined) throw new Error("the organization file has no stack");
  const vcsRepo = {
    ...stack.desired.vcsRepo,
    tagsRegex: "v\\d+",
    sparseCheckoutPattern: "a/**",
    triggerDisabled: true,
  };
  resources.set("tfe_stack.net", { ...stack, desired: Object.assign({}, stack.desired, { vcsRepo }) });
  expect(errors("move", { ...move, resources })).toEqual([]);
});

describe("what an update clears though the plan does not show it", () => {
  it("finds values that the configuration leaves out", () => {
    const set = (attribute: string, value: unknown) => (document: Document) => {
      const { change } = entry(document, "tfe_workspace.app_0");
      change.before[attribute] = value;
      change.after[attribute] = value;
    };
    expect(errors("move", move, set("auto_destroy_at", "2027-01-01T00:00:00Z"))).toEqual([
      "values-written tfe_workspace.app_0",
    ]);
    const duration = (inherited: boolean) => (document: Document) => {
      set("auto_destroy_activity_duration", "14d")(document);
      set("inherits_project_auto_destroy", inherited)(document);
    };
    const unguarded = { ...move, guarded: false };
    expect(errors("move", unguarded, duration(false))).toEqual(["values-written tfe_workspace.app_0"]);
    // Behind the guard, what resets it is taken out.
    expect(errors("move", move, duration(false))).toEqual([]);
    expect(errors("move", unguarded, duration(true))).toEqual([]);
    expect(
      errors("move", { ...organizationFile({ allowAutoDestroyReset: true }), guarded: false }, duration(false)),
    ).toEqual([]);
    expect(errors("move", move, set("trigger_patterns", ["/infra/**"]))).toEqual([
      "values-written tfe_workspace.app_0",
    ]);
    expect(
      errors("move", move, (document) => {
        set("trigger_patterns", ["/infra/**"])(document);
        for (const { address, expressions } of document.configuration.root_module.resources) {
          if (address === "tfe_workspace.app_0") expressions.trigger_patterns = { constant_value: ["/infra/**"] };
        }
      }),
    ).toEqual([]);
  });
});
