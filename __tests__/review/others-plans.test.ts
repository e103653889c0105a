import { type Document, entry, fixture, found, NEW, reviewOf } from "./support";

const SINGLE = "tfe_workspace.single";
const CLIENT = 'tfe_oauth_client.pat["gitlab"]';
const NOTE = "terraform_data.note";

/** What the errors of a plan that was changed have beside those of the plan as it is. */
function errors(name: string, change: (document: Document) => void): readonly string[] {
  const document = fixture(name);
  const before = new Set(found(reviewOf(document)));
  change(document);
  return found(reviewOf(document)).filter((error) => !before.has(error));
}

describe.each(["others-1.7", "others-1.13"])("someone's own configuration (%s)", (name) => {
  const on = (address: string, change: (entry: Document, document: Document) => void) =>
    errors(name, (document) => change(entry(document, address), document));

  it("fails while the plan cannot tell which token it is, and for an output of a whole connection", () => {
    const review = reviewOf(fixture(name));
    expect(found(review)).toEqual([
      ...["billing", "orders", "web"].map((key) => `old-to-new module.ws["${key}"].tfe_workspace.this[0]`),
      "old-to-new tfe_policy_set.guard",
      "old-to-new tfe_workspace.single",
      "secret-kept",
    ]);
    expect(review.summary).toMatchObject({ create: 1, repointed: 5, update: 5, unchanged: 2 });
  });

  it("passes once the connection is there and its token known, and lists what Repoint would not write", () => {
    const document = fixture(name);
    const client = entry(document, CLIENT).change;
    Object.assign(client, { actions: ["no-op"], after_unknown: {} });
    Object.assign(client.after, { id: "oc-NEW0000000000001", oauth_token_id: NEW });
    client.before = client.after;
    for (const { change } of document.resource_changes) {
      if (change.after?.vcs_repo?.[0] === undefined || change.after_unknown.vcs_repo === undefined) continue;
      change.after.vcs_repo[0].oauth_token_id = NEW;
      delete change.after_unknown.vcs_repo;
    }
    delete document.configuration.root_module.outputs.connection;
    const review = reviewOf(document);
    expect(found(review)).toEqual([]);
    expect(review.findings.filter(({ rule }) => rule === "own-configuration").map(({ message }) => message)).toEqual([
      "the configuration has module calls: ws",
      "the configuration has other providers: terraform",
      "the configuration has resources and data of other types: terraform_data.note",
      "the configuration has count or for_each: tfe_workspace.this",
      "the configuration has variables: gitlab_pat, moved, old_token",
      "the configuration has outputs: old_token, workspaces",
      "the configuration has checks: check.connected",
    ]);
  });

  it("is shown with its names and ids, though outputs call them sensitive", () => {
    const text = JSON.stringify(reviewOf(fixture(name)));
    expect(text).toContain("GitLab by PAT");
    expect(text).toContain("ot-SandboxOAuth0001");
    expect(text).not.toContain("scrubbed-personal-access-token");
  });

  it("fails when what another provider makes is changed or imported", () => {
    expect(on(NOTE, ({ change }) => Object.assign(change, { actions: ["update"] }))).toContain(`known-types ${NOTE}`);
    expect(on(NOTE, ({ change }) => Object.assign(change, { importing: { id: "x" } }))).toContain(
      `imports-match ${NOTE}`,
    );
  });

  it("fails when the apply would run a provisioner", () => {
    const provisioned = (type: string) => (_: Document, document: Document) => {
      const block = document.configuration.root_module.resources.find((resource: Document) => resource.type === type);
      block.provisioners = [{ type: "local-exec" }];
    };
    expect(on(NOTE, provisioned("terraform_data"))).toEqual([]);
    expect(
      on(NOTE, (resource, document) => {
        provisioned("terraform_data")(resource, document);
        Object.assign(resource.change, { actions: ["create"], before: null });
      }).filter((line) => line === `known-types ${NOTE}`),
    ).toHaveLength(2);
    expect(on(NOTE, provisioned("tfe_policy_set"))).toEqual(["known-types tfe_policy_set.guard"]);
  });

  it("fails when a resource that stays is of another provider", () => {
    const novcs = "tfe_workspace.novcs";
    expect(on(novcs, (resource) => Object.assign(resource, { provider_name: "example.com/x/tfe" }))).toEqual([
      `known-provider ${novcs}`,
    ]);
  });

  it("fails when managed resources are read, or data is changed", () => {
    const read = ({ change }: Document) => {
      Object.assign(change, { actions: ["read"], before: null });
      change.after.name = "renamed";
    };
    expect(on(SINGLE, read)).toContain(`plan-consistent ${SINGLE}`);
    expect(on(SINGLE, (resource) => Object.assign(resource, { mode: "data" }))).toContain(`plan-consistent ${SINGLE}`);
  });

  it("fails when the plan gives a cause to delete what it says it updates", () => {
    const reason = { action_reason: "delete_because_no_resource_config" };
    expect(on(SINGLE, (resource) => Object.assign(resource, reason))).toEqual([`plan-consistent ${SINGLE}`]);
  });

  it("fails when the connection would be updated though nothing differs", () => {
    const update = ({ change }: Document) =>
      Object.assign(change, { actions: ["update"], before: structuredClone(change.after), after_unknown: {} });
    expect(on(CLIENT, update)).toContain(`connection-kept ${CLIENT}`);
  });

  it("fails when the connection would be made to no address", () => {
    for (const url of [null, "", "gitlab", 7]) {
      expect(on(CLIENT, ({ change }) => Object.assign(change.after, { api_url: url }))).toEqual([
        `connection-kept ${CLIENT}`,
      ]);
    }
  });

  it("fails when a list gets an element, be it null", () => {
    expect(on(SINGLE, ({ change }) => Object.assign(change.after, { tag_names: [null] }))).toEqual([
      `token-only ${SINGLE}`,
    ]);
    expect(on(SINGLE, ({ change }) => Object.assign(change.before, { trigger_prefixes: [null] }))).toEqual([
      `token-only ${SINGLE}`,
    ]);
  });

  it("fails when a token comes from something that may be anything, and says from what", () => {
    const from = (references: readonly string[]) => {
      const document = fixture(name);
      const { resources } = document.configuration.root_module;
      const single = resources.find(({ address }: Document) => address === SINGLE);
      single.expressions.vcs_repo[0].oauth_token_id = { references };
      return reviewOf(document).findings.find(({ rule, address }) => rule === "old-to-new" && address === SINGLE)
        ?.message;
    };
    expect(from(["tfe_oauth_client.pat", "terraform_data.x.output", "terraform_data.x"])).toContain(
      "comes from terraform_data.x.output",
    );
    expect(from(["var.old_token"])).toContain("comes from var.old_token");
    expect(from(["tfe_oauth_client.pat", "var.old_token"])).toContain(
      "made from tfe_oauth_client.pat and var.old_token",
    );
    expect(from(['tfe_oauth_client.pat["a.b"].oauth_token', 'tfe_oauth_client.pat["a.b"]'])).toContain(
      "oauth_token, not",
    );
    expect(from(["tfe_oauth_client.pat.oauth_token_id", "tfe_oauth_client.pat"])).toContain("made from HCL");
  });

  it("warns when the values before or after are not those of the changes", () => {
    const values = (part: Document) =>
      part.root_module.resources.find(({ address }: Document) => address === SINGLE).values;
    for (const part of ["planned_values", "prior_state"]) {
      const document = fixture(name);
      values(part === "prior_state" ? document.prior_state.values : document[part]).name = "other";
      const warnings = reviewOf(document).findings.filter(({ severity }) => severity === "warning");
      expect(warnings.map(({ message }) => message)).toContain(`${part} differs from its change`);
    }
  });
});

describe("what Terraform says of a plan", () => {
  it("fails one that has changes and cannot be applied", () => {
    expect(errors("others-1.13", (document) => Object.assign(document, { applyable: false }))).toEqual([
      "plan-complete",
    ]);
    expect(errors("done", (document) => Object.assign(document, { applyable: false }))).toEqual([]);
  });
});

describe("the host", () => {
  it("is one, whatever aliases the configuration has", () => {
    const alias = (used: boolean) => (document: Document) => {
      const { provider_config: providers, root_module: root } = document.configuration;
      providers["tfe.b"] = {
        ...providers.tfe,
        alias: "b",
        expressions: { hostname: { constant_value: "other.example.com" } },
      };
      const single = root.resources.find(({ address }: Document) => address === SINGLE);
      if (used) single.provider_config_key = "tfe.b";
    };
    expect(errors("others-1.13", alias(false))).toEqual([]);
    expect(errors("others-1.13", alias(true))).toEqual(["same-target"]);
  });
});

describe("drift", () => {
  it("is none where null became an empty list", () => {
    const drift = (after: unknown) => (document: Document) => {
      const resource = structuredClone(entry(document, SINGLE));
      const before = { ...resource.change.before, trigger_patterns: null };
      resource.change = { actions: ["update"], before, after: { ...before, trigger_patterns: after } };
      document.resource_drift = [resource];
    };
    const warnings = (after: unknown) => {
      const document = fixture("others-1.13");
      drift(after)(document);
      return found(reviewOf(document), "warning").filter((line) => line.startsWith("no-drift"));
    };
    expect(warnings([])).toEqual([]);
    expect(warnings(["/infra/**"])).toEqual([`no-drift ${SINGLE}`]);
  });
});

describe("secrets", () => {
  const inClear = (text: string) => (document: Document) => {
    const { change } = entry(document, SINGLE);
    change.before.description = text;
    change.after.description = text;
  };

  it("are not what outputs and resources of other types call sensitive", () => {
    const elsewhere = (document: Document) => {
      const { change } = entry(document, NOTE);
      change.before.input = "eu-central-1";
      change.after.input = "eu-central-1";
      change.before_sensitive = { input: true };
      change.after_sensitive = { input: true };
      inClear("runs in eu-central-1")(document);
    };
    expect(errors("others-1.13", elsewhere)).toEqual([]);
    const document = fixture("others-1.13");
    elsewhere(document);
    expect(JSON.stringify(reviewOf(document))).not.toContain("eu-central-1");
  });

  it("are not the ids of tokens, whoever calls them sensitive", () => {
    const marked = (document: Document) => {
      const { change } = entry(document, SINGLE);
      change.after.vcs_repo[0].oauth_token_id = NEW;
      change.after_unknown = {};
      change.after_sensitive = { vcs_repo: [{ oauth_token_id: true }] };
      document.configuration.root_module.variables.token = { sensitive: true, default: NEW };
      document.variables.token = { value: NEW };
    };
    expect(errors("others-1.13", marked).filter((line) => line.startsWith("no-secret"))).toEqual([]);
  });

  it("are not in clear where the plan marks one side alone", () => {
    const marked = (document: Document) => {
      const { change } = entry(document, SINGLE);
      change.after_sensitive = { vcs_repo: [{ identifier: true }] };
      const { resources } = document.configuration.root_module;
      const single = resources.find(({ address }: Document) => address === SINGLE);
      single.expressions.vcs_repo[0].identifier = { references: ["var.repository"] };
    };
    expect(errors("others-1.13", marked)).toEqual([]);
  });

  it("are found and masked among thousands", () => {
    const document = fixture("others-1.13");
    const ours = entry(document, SINGLE);
    for (let index = 0; index < 2000; index += 1) {
      const resource = structuredClone(entry(document, NOTE));
      resource.address = `terraform_data.note[${index}]`;
      resource.change.before.input = `hidden-value-${index}`;
      resource.change.after.input = `hidden-value-${index}`;
      resource.change.after_sensitive = { input: true };
      document.resource_changes.push(resource);
    }
    ours.change.after.description = "of hidden-value-77 and scrubbed-personal-access-token";
    const review = reviewOf(document);
    expect(found(review)).toContain(`no-secret ${SINGLE}`);
    const { attributes } = review.changes.find(({ address }) => address === SINGLE) ?? { attributes: [] };
    expect(attributes.find(({ path }) => path === "description")?.after).toBe('"of (masked) and (masked)"');
  });

  it("are what a variable or a connection calls sensitive", () => {
    expect(errors("others-1.13", inClear("scrubbed-personal-access-token"))).toEqual([`no-secret ${SINGLE}`]);
  });
});
