import { type Document, entry, fixture, found, NEW, OLD, organizationFile, reviewOf, showTemplates } from "./support";

const existing = { id: "oc-EXIST00000000001", tokenId: "ot-EXIST00000000001" };

describe("real plans, judged by the organization file", () => {
  it("passes a plan that creates the connection, imports and re-points", () => {
    const review = reviewOf(fixture("move"), organizationFile());
    expect(review.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      "info configuration-only",
      "info configuration-only",
      "info keep-private",
    ]);
    expect(review.verdict).toBe("pass");
    expect(review.summary).toEqual({
      create: 1,
      update: 6,
      replace: 0,
      delete: 0,
      forget: 0,
      import: 6,
      read: 0,
      unchanged: 0,
      drift: 0,
      repointed: 6,
      overApi: 0,
      takenBack: 0,
      tokensExchanged: 0,
      errors: 0,
      warnings: 0,
      infos: 3,
      allowed: 0,
    });
    expect(review.rules.filter(({ outcome }) => outcome === "not-applicable")).toEqual([]);
  });

  it("says of each resource where it comes from and where it goes", () => {
    const review = reviewOf(fixture("move"), organizationFile());
    expect(review.changes.find(({ address }) => address === "tfe_workspace.app_1")).toEqual({
      address: "tfe_workspace.app_1",
      kind: "workspace",
      name: "app-1",
      id: "ws-0000000000000001",
      project: "Platform",
      wave: "canary",
      direction: "forward",
      from: { name: "GitLab", connectionId: "oc-OLD", tokenId: "ot-OLD0000000000001" },
      to: { name: "gitlab-pat", connectionId: null, tokenId: null },
      action: "update",
      importId: "ws-0000000000000001",
      reason: null,
      attributes: [
        { path: "force_delete", before: "null", after: "false", expected: true },
        {
          path: "vcs_repo[0].oauth_token_id",
          before: '"ot-OLD0000000000001"',
          after: "(known after apply)",
          expected: true,
        },
      ],
      request: null,
      findings: [],
    });
  });

  it("passes the plan after the apply: everything is done", () => {
    const review = reviewOf(fixture("done"), organizationFile({ current: NEW }));
    expect(found(review)).toEqual([]);
    expect(review.summary).toMatchObject({ unchanged: 7, repointed: 0 });
    expect(review.changes).toEqual([]);
  });

  it("passes forgets of the organization file, and no others", () => {
    const expectation = organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW });
    const review = reviewOf(fixture("forget"), expectation);
    expect(found(review)).toEqual([]);
    expect(review.summary).toMatchObject({ forget: 2, unchanged: 5 });
    const fewer = organizationFile({ workspaces: [1, 2, 3], forgotten: [0], current: NEW });
    expect(found(reviewOf(fixture("forget"), fewer))).toEqual(["nothing-forgotten tfe_workspace.app_1"]);
  });

  it("passes the plan after a forget: the forgotten are in no state", () => {
    const expectation = organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW });
    expect(found(reviewOf(fixture("forgotten"), expectation))).toEqual([]);
  });

  it("passes a plan of Repoint's own text, where templates look like constants", () => {
    const review = reviewOf(fixture("repoint"), organizationFile());
    expect(found(review)).toEqual([]);
    expect(found(review, "warning")).toEqual([]);
    expect(review.summary).toMatchObject({ create: 1, import: 6, repointed: 6 });
  });

  it("passes the way back to the tokens of the baselines", () => {
    const forward = organizationFile({ current: NEW });
    const resources = new Map(
      [...forward.resources].map(([address, expected]) => [
        address,
        address === "tfe_workspace.app_0"
          ? expected
          : { ...expected, desired: { ...expected.desired, token: { type: "id" as const, id: OLD } } },
      ]),
    );
    const review = reviewOf(fixture("back"), { ...forward, resources });
    expect(found(review)).toEqual([]);
    expect(review.summary).toMatchObject({ repointed: 5, unchanged: 2 });
    expect(review.changes[0]).toMatchObject({ from: { connectionId: "oc-NEW0000000000001" }, to: { name: "GitLab" } });
    expect(found(reviewOf(fixture("back"), forward))).toHaveLength(5);
  });

  it("passes a plan to a connection that was made elsewhere", () => {
    const review = reviewOf(fixture("existing"), organizationFile({ workspaces: [0, 1, 2], existing }));
    expect(found(review)).toEqual([]);
    expect(review.changes[0]?.to).toEqual({
      name: "gitlab-pat",
      connectionId: existing.id,
      tokenId: existing.tokenId,
    });
  });

  it("refuses to go on when someone else re-pointed a resource by hand", () => {
    const review = reviewOf(
      fixture("drift"),
      organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW }),
    );
    expect(found(review)).toEqual([
      "token-only tfe_workspace.app_2",
      "old-to-new tfe_workspace.app_2",
      "no-drift tfe_workspace.app_2",
    ]);
  });

  it("refuses a renamed connection and a dropped block, and says what each would do", () => {
    const review = reviewOf(
      fixture("destroy"),
      organizationFile({ workspaces: [2, 3], forgotten: [0, 1], current: NEW }),
    );
    expect(review.verdict).toBe("fail");
    expect(
      review.findings.filter(({ rule }) => /^nothing-(destroyed|replaced)$/.test(rule)).map(({ message }) => message),
    ).toEqual([
      "it would be destroyed (delete_because_no_resource_config)",
      "it would be replaced, delete then create (replace_because_cannot_update, name)",
    ]);
  });
});

describe("real plans, judged alone", () => {
  it.each([
    ["move", ["token-only tfe_policy_set.guard"]],
    ["existing", ["token-only tfe_policy_set.guard"]],
    ["done", []],
    ["forgotten", []],
  ])("passes %s", (name, warnings) => {
    const review = reviewOf(fixture(name));
    expect(review.verdict).toBe("pass");
    expect(found(review, "warning")).toEqual(warnings);
    expect(review.basis).toBe("plan");
  });

  it.each([
    ["module", ["nothing-replaced tfe_registry_module.vpc"]],
    ["forget", ["nothing-forgotten tfe_workspace.app_0", "nothing-forgotten tfe_workspace.app_1"]],
    ["drift", ["token-only tfe_workspace.app_2", "no-drift tfe_workspace.app_2"]],
  ])("fails %s", (name, errors) => {
    const review = reviewOf(fixture(name));
    expect(review.verdict).toBe("fail");
    expect(found(review)).toEqual(errors);
  });

  it("follows a token through a module's variable where the plan shows it, and says where it does not", () => {
    const byModule = ['module.apps.tfe_workspace.all["app-0"]', 'module.apps.tfe_workspace.all["app-1"]'];
    const throughLocal = "old-to-new tfe_workspace.two";
    const document = fixture("plain");
    expect(found(reviewOf(document))).toEqual([...byModule.map((address) => `old-to-new ${address}`), throughLocal]);
    showTemplates(document.configuration);
    expect(found(reviewOf(document))).toEqual([throughLocal]);
    document.configuration.root_module.module_calls.apps.expressions.token = { references: ["var.elsewhere"] };
    expect(found(reviewOf(document))).toEqual([...byModule.map((address) => `old-to-new ${address}`), throughLocal]);
  });
});

describe("drift", () => {
  it.each([
    ["an address that the guard kept from the provider is filled in", null, 0],
    ["one that was never set is filled in", "", 0],
    ["another address", "https://tfe.example.com/app/acme/workspaces/old", 1],
  ])("%s: %j", (_, before, expected) => {
    const document = fixture("done");
    const drift = structuredClone(entry(document, "tfe_workspace.app_1"));
    const values = { ...drift.change.after, html_url: "https://tfe.example.com/app/acme/workspaces/app-1" };
    drift.change = { actions: ["update"], before: { ...values, html_url: before }, after: values, after_unknown: {} };
    document.resource_drift = [drift];
    const { summary, findings } = reviewOf(document, organizationFile({ current: NEW }));
    const drifts = findings.filter(({ rule }) => rule === "no-drift");
    expect([summary.drift, drifts.length]).toEqual([expected, expected]);
  });
});

describe("a part of a plan", () => {
  it("is refused, also where Terraform is too old to say so", () => {
    const document = fixture("move");
    const only = ["tfe_oauth_client.gitlab_pat", "tfe_workspace.app_0"];
    const keep = (resources: readonly Document[]) => resources.filter(({ address }) => only.includes(address));
    document.resource_changes = keep(document.resource_changes);
    document.planned_values.root_module.resources = keep(document.planned_values.root_module.resources);
    document.prior_state.values.root_module.resources = keep(document.prior_state.values.root_module.resources);
    delete document.complete;
    expect(found(reviewOf(document))).toEqual(
      ["tfe_policy_set.guard", "tfe_stack.net", ...[1, 2, 3].map((index) => `tfe_workspace.app_${index}`)].map(
        (address) => `plan-complete ${address}`,
      ),
    );
  });
});

describe("allowing", () => {
  it("lets a rule's errors pass with a reason, and that rule's alone", () => {
    const allow = new Map([["nothing-replaced", "the module is unused"]]);
    const review = reviewOf(fixture("module"), undefined, { allow });
    expect(review.verdict).toBe("pass");
    expect(review.summary).toMatchObject({ errors: 0, allowed: 1 });
    expect(review.findings[0]).toMatchObject({ rule: "nothing-replaced", allowed: "the module is unused" });
    const document = fixture("module");
    entry(document, "tfe_registry_module.vpc").change.importing.id = "acme/private/acme/vpc/aws/mod-1";
    expect(reviewOf(document, undefined, { allow }).verdict).toBe("fail");
  });
});

describe("the digest", () => {
  it("is the same for the same findings and changes, whenever the plan was made", () => {
    const document = fixture("move");
    const before = reviewOf(document, organizationFile()).digest;
    document.timestamp = "2027-01-01T00:00:00Z";
    expect(reviewOf(document, organizationFile()).digest).toBe(before);
    entry(document, "tfe_workspace.app_0").change.importing.id = "ws-other";
    expect(reviewOf(document, organizationFile()).digest).not.toBe(before);
  });
});
