import { type Document, entry, fixture, NEW, OLD, PAT } from "./support";

/** A plan that must not pass, made from a real one. */
export interface Mutation {
  readonly name: string;
  /** The rule that has to find it. */
  readonly rule: string;
  readonly document: Document;
}

/** Which real plan a mutation starts from. */
type Base = "move" | "repoint" | "existing" | "done" | "forget";

/** Every mutation of a plan that passes as it is. */
export function* mutationsOf(base: Base): Iterable<Mutation> {
  // Every attribute of every resource is tried on one plan; the others hold the same resources.
  const attributes = base === "repoint" ? [...perAttribute(base)] : [];
  for (const [name, rule, change] of [...single(base), ...perResource(base), ...attributes]) {
    const document = fixture(base);
    change(document);
    yield { name: `${base}: ${name}`, rule, document };
  }
}

type Change = readonly [name: string, rule: string, change: (document: Document) => void];

const isResource = ({ type }: Document): boolean => ["tfe_workspace", "tfe_policy_set", "tfe_stack"].includes(type);

function resources(base: Base, action: string): readonly string[] {
  return fixture(base)
    .resource_changes.filter((change: Document) => isResource(change) && change.change.actions[0] === action)
    .map(({ address }: Document) => address);
}

/** The repository's block, which only stacks have as an object. */
const link = (values: Document): Document => (Array.isArray(values.vcs_repo) ? values.vcs_repo[0] : values.vcs_repo);

function* perResource(base: Base): Iterable<Change> {
  const all = [...resources(base, "update"), ...resources(base, "no-op")];
  for (const address of all) {
    const on = (rule: string, name: string, change: (entry: Document, document: Document) => void): Change => [
      `${address} ${name}`,
      rule,
      (document) => change(entry(document, address), document),
    ];
    yield on("nothing-destroyed", "deleted", ({ change }) => {
      Object.assign(change, { actions: ["delete"], after: null, after_unknown: {} });
      delete change.importing;
    });
    yield on("nothing-forgotten", "forgottenConnections", ({ change }) => {
      Object.assign(change, { actions: ["forget"], after: null, after_unknown: {} });
      delete change.importing;
    });
    for (const actions of [
      ["delete", "create"],
      ["create", "delete"],
      ["create", "forget"],
    ]) {
      yield on("nothing-replaced", actions.join("/"), ({ change }) => Object.assign(change, { actions }));
    }
    yield on("nothing-replaced", "with causes to replace it", ({ change }) => {
      change.replace_paths = [["vcs_repo", 0, "oauth_token_id"]];
    });
    yield on("nothing-replaced", "tainted", (resource) => {
      resource.action_reason = "replace_because_tainted";
    });
    yield on("nothing-created", "created", ({ change }) => {
      Object.assign(change, { actions: ["create"], before: null });
      delete change.importing;
    });
    yield on("imports-match", "is another object", ({ change }) => {
      change.before.id = "ws-ffffffffffffffff";
      change.importing = { id: "ws-eeeeeeeeeeeeeeee" };
    });
    yield on("plan-consistent", "twice", (resource, document) => {
      document.resource_changes.push(structuredClone(resource));
    });
    yield on("plan-consistent", "deposed", (resource) => {
      resource.deposed = "abcd1234";
    });
    yield on("plan-consistent", "under another type's address", (resource) => {
      resource.address = `tfe_variable.${resource.name}`;
    });
    yield on("plan-complete", "left out", (resource, document) => {
      document.resource_changes = document.resource_changes.filter((change: Document) => change !== resource);
    });
    yield on("known-provider", "of another provider", (resource) => {
      resource.provider_name = "registry.example.com/hashicorp/tfe";
    });
    yield on("nothing-unknown", "unknown as a whole", ({ change }) => {
      change.after_unknown = true;
    });
    yield on("plan-complete", "deferred", (resource, document) => {
      document.deferred_changes = [{ reason: "provider_config_unknown", resource_change: resource }];
    });
    yield on("no-drift", "drifted in its link", (resource, document) => {
      const drift = structuredClone(resource);
      const before = drift.change.before;
      drift.change = { actions: ["update"], before, after: structuredClone(before), after_unknown: {} };
      link(drift.change.after).oauth_token_id = "ot-HAND000000000001";
      document.resource_drift = [drift];
    });
    yield on("no-drift", "deleted outside of Terraform", (resource, document) => {
      const drift = structuredClone(resource);
      drift.change = { actions: ["delete"], before: drift.change.before, after: null, after_unknown: {} };
      document.resource_drift = [drift];
    });
    yield on("checks-passed", "with a failed check", (_, document) => {
      document.checks = [{ address: { to_display: address }, status: "fail", instances: [] }];
    });
    yield on("no-secret", "with a token in its name", ({ change }) => {
      change.after.name = "glpat-AbCdEfGhIjKlMnOpQrSt";
    });
  }
  for (const address of resources(base, "update")) {
    const on = (rule: string, name: string, change: (entry: Document, document: Document) => void): Change => [
      `${address} ${name}`,
      rule,
      (document) => change(entry(document, address), document),
    ];
    const token = (resource: Document, id: unknown): void => {
      link(resource.change.after).oauth_token_id = id;
      const unknown = link(resource.change.after_unknown);
      if (unknown !== undefined) delete unknown.oauth_token_id;
    };
    yield on("known-types", "of another type", (resource) => {
      resource.type = "tfe_variable";
    });
    yield on("old-to-new", "to no token", (resource) => token(resource, null));
    yield on("old-to-new", "to a stranger's token", (resource) => token(resource, "ot-STRANGER00000001"));
    yield on("old-to-new", "to something that is no token id", (resource) => token(resource, "not-a-token-id"));
    yield on("token-only", "without its link", ({ change }) => {
      change.after.vcs_repo = Array.isArray(change.after.vcs_repo) ? [] : null;
      change.after_unknown = {};
    });
    yield on("plan-consistent", "said to be unchanged", ({ change }) => {
      change.actions = ["no-op"];
    });
    yield on("plan-consistent", "without its block in the configuration", (_, document) => {
      const root = document.configuration.root_module;
      root.resources = root.resources.filter((resource: Document) => resource.address !== address);
    });
    yield on("imports-match", "imported by another id", ({ change }) => {
      change.importing.id = "ws-eeeeeeeeeeeeeeee";
    });
    yield on("imports-match", "imported by an unknown id", ({ change }) => {
      change.importing = { unknown: true };
    });
    yield on("no-secret", "with the token in clear", ({ change }) => {
      change.after.description = "glpat-AbCdEfGhIjKlMnOpQrSt";
    });
  }
}

/** Attributes that no re-pointing changes: each of them changed, or left unknown. */
function* perAttribute(base: Base): Iterable<Change> {
  const document = fixture(base);
  for (const address of resources(base, "update")) {
    const { change, type } = entry(document, address);
    for (const [name, value] of Object.entries(change.after)) {
      // Whether to ignore tags is no matter of the server's.
      if (name === "vcs_repo" || (name === "ignore_additional_tags" && value === true)) continue;
      const other =
        typeof value === "boolean"
          ? !value
          : typeof value === "number"
            ? value + 1
            : Array.isArray(value)
              ? [...value, "x"]
              : "other";
      yield [
        `${address} ${name} changed`,
        "token-only",
        (copy) => {
          const { change } = entry(copy, address);
          change.after[name] = other;
          delete change.after_unknown[name];
        },
      ];
      const serverSide = [
        "effective_tags",
        "html_url",
        "inherits_project_auto_destroy",
        "resource_count",
        "created_at",
        "creation_source",
        "updated_at",
      ];
      if (serverSide.includes(name)) continue;
      yield [
        `${address} ${name} unknown`,
        "nothing-unknown",
        (copy) => {
          const { change } = entry(copy, address);
          delete change.after[name];
          change.after_unknown[name] = true;
        },
      ];
    }
    for (const name of Object.keys(link(change.after))) {
      if (name === "oauth_token_id" || (type === "tfe_policy_set" && name === "branch")) continue;
      yield [
        `${address} vcs_repo ${name} changed`,
        "token-only",
        (copy) => {
          const after = link(entry(copy, address).change.after);
          after[name] = typeof after[name] === "boolean" ? !after[name] : "other";
        },
      ];
    }
  }
}

function* single(base: Base): Iterable<Change> {
  yield ["errored", "plan-complete", (document) => Object.assign(document, { errored: true })];
  yield ["incomplete", "plan-complete", (document) => Object.assign(document, { complete: false })];
  yield ["without changes", "plan-complete", (document) => delete document.resource_changes];
  yield [
    "with a provider action",
    "plan-complete",
    (document) => Object.assign(document, { action_invocations: [{ address: "action.tfe_run.now", type: "tfe_run" }] }),
  ];
  yield [
    "with a secret in an output",
    "no-secret",
    (document) => {
      document.output_changes = {
        token: { actions: ["create"], before: null, after: "glpat-AbCdEfGhIjKlMnOpQrSt", after_unknown: false },
      };
    },
  ];
  yield [
    "with a secret in the configuration",
    "no-secret",
    (document) => {
      document.configuration.root_module.variables = { x: { default: "glpat-AbCdEfGhIjKlMnOpQrSt" } };
    },
  ];
  yield [
    "with a foreign resource",
    "known-types",
    (document) => {
      const other = structuredClone(document.resource_changes.find(isResource));
      Object.assign(other, { address: "tfe_variable.x", type: "tfe_variable", name: "x" });
      other.change = { actions: ["create"], before: null, after: { key: "x" }, after_unknown: {} };
      document.resource_changes.push(other);
    },
  ];
  yield [
    "with a provisioner",
    "known-types",
    (document) => {
      document.configuration.root_module.resources[0].provisioners = [{ type: "local-exec" }];
    },
  ];
  yield [
    "without its provider",
    "known-provider",
    (document) => {
      document.configuration.provider_config = {};
    },
  ];
  yield ["with a part that nobody knows", "known-parts", (document) => Object.assign(document, { resource_wipes: [] })];
  const tfe = (expressions: object) => (document: Document) =>
    Object.assign(document.configuration.provider_config.tfe.expressions, expressions);
  for (const [name, expressions] of [
    ["that skips the verification of certificates", { ssl_skip_verify: { constant_value: true } }],
    ["with an argument that nobody knows", { proxy: { constant_value: "http://192.0.2.1" } }],
    ["whose host is computed", { hostname: { constant_value: "${var.h}${var.s}", references: ["var.h", "var.s"] } }],
    ["whose host is made from two variables", { hostname: { references: ["var.h", "var.s"] } }],
    ["with a token written out", { token: { constant_value: "a-token-of-nobody-knows-what" } }],
  ] as const) {
    yield [`with a provider ${name}`, "known-provider", tfe(expressions)];
  }
  if (base === "existing") return;
  const client = "tfe_oauth_client.gitlab_pat";
  const action = entry(fixture(base), client).change.actions[0];
  yield [
    "with an output made from the secret",
    "secret-kept",
    (document) => {
      const expression = { constant_value: "${nonsensitive(sha256(var.gitlab_pat))}", references: ["var.gitlab_pat"] };
      document.configuration.root_module.outputs = { x: { expression } };
    },
  ];
  yield [
    "with an undeclared secret",
    "no-secret",
    (document) => {
      document.configuration.root_module.variables.gitlab_pat.sensitive = false;
    },
  ];
  yield [
    "with its secret as a description",
    "no-secret",
    (document) => {
      document.resource_changes.find(isResource).change.before.description = PAT;
    },
  ];
  if (action === "create") {
    for (const [attribute, value] of [
      ["oauth_token", null],
      ["oauth_token", ""],
      ["key", "application-id"],
      ["secret", "application-secret"],
      ["service_provider", "github"],
    ] as const) {
      yield [
        `with a connection whose ${attribute} is ${JSON.stringify(value)}`,
        "connection-kept",
        (document) => {
          entry(document, client).change.after[attribute] = value;
        },
      ];
    }
    for (const unknown of ["name", "oauth_token", "http_url", "api_url", "service_provider", "organization"]) {
      yield [
        `with an unknown ${unknown} of the connection`,
        "nothing-unknown",
        (document) => {
          const { change } = entry(document, client);
          delete change.after[unknown];
          change.after_unknown[unknown] = true;
        },
      ];
    }
    yield [
      "with a second connection",
      "connection-kept",
      (document) => {
        const second = structuredClone(entry(document, client));
        Object.assign(second, { address: "tfe_oauth_client.other", name: "other" });
        document.resource_changes.push(second);
      },
    ];
    yield [
      "with tokens from another connection",
      "old-to-new",
      (document) => {
        for (const resource of document.configuration.root_module.resources) {
          const block = resource.expressions.vcs_repo;
          if (block !== undefined) {
            (Array.isArray(block) ? block[0] : block).oauth_token_id = {
              references: ["tfe_oauth_client.stranger.oauth_token_id", "tfe_oauth_client.stranger"],
            };
          }
        }
      },
    ];
    yield [
      "with unknown tokens and no connection to make them",
      "old-to-new",
      (document) => {
        document.resource_changes = document.resource_changes.filter(({ address }: Document) => address !== client);
      },
    ];
    yield [
      "with one resource that goes back",
      "old-to-new",
      (document) => {
        const { change } = document.resource_changes.find(({ type }: Document) => type === "tfe_workspace");
        change.before.vcs_repo[0].oauth_token_id = NEW;
        change.after.vcs_repo[0].oauth_token_id = OLD;
        delete change.after_unknown.vcs_repo[0].oauth_token_id;
      },
    ];
    return;
  }
  const changed = (attribute: string, value: unknown): Change => [
    `with another ${attribute} of the connection`,
    "connection-kept",
    (document) => {
      const { change } = entry(document, client);
      change.actions = ["update"];
      change.after[attribute] = value;
    },
  ];
  yield changed("name", "renamed");
  yield changed("http_url", "https://elsewhere.example.com");
  yield changed("organization_scoped", false);
  yield changed("agent_pool_id", "apool-1");
  yield [
    "with the connection deleted",
    "nothing-destroyed",
    (document) => {
      Object.assign(entry(document, client).change, { actions: ["delete"], after: null });
    },
  ];
  yield [
    "with the connection forgotten",
    "nothing-forgotten",
    (document) => {
      Object.assign(entry(document, client).change, { actions: ["forget"], after: null });
    },
  ];
  yield [
    "with an unknown token of the connection",
    "nothing-unknown",
    (document) => {
      const { change } = entry(document, client);
      change.actions = ["update"];
      delete change.after.oauth_token;
      change.after_unknown.oauth_token = true;
    },
  ];
}
