import type { JsonObject } from "../../lib/review/json";
import { type Document, fixture, found, organizationFile, reviewOf } from "./support";

const expectation = organizationFile({ synthesize: true });
const WORKSPACE = "tfe_workspace.app_0";
const CONNECTION = "tfe_oauth_client.gitlab_pat";

const passed = (address: string) => ({ address: { to_display: address }, status: "pass" });
const block = (document: Document, address: string): Document =>
  document.configuration.root_module.resources.find((resource: Document) => resource.address === address);

function errors(change: (document: Document) => void): readonly string[] {
  const document = fixture("repoint");
  change(document);
  return found(reviewOf(document, expectation));
}

/** Every argument of every block, outputs and provider included: where it is, and what holds it. */
function* argumentsOf(value: Document, path: string): Iterable<{ path: string; holder: Document; key: string }> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries<Document>(value)) {
    const at = `${path}.${key}`;
    const isExpression = typeof inner === "object" && inner !== null && "constant_value" in inner;
    if (isExpression) yield { path: at, holder: value, key };
    else yield* argumentsOf(inner, at);
  }
}

const places = [...argumentsOf(fixture("repoint").configuration, "configuration")].map(({ path }) => path);

function at(document: Document, path: string): { readonly holder: Document; readonly key: string } {
  for (const place of argumentsOf(document.configuration, "configuration")) if (place.path === path) return place;
  throw new Error(`there is no ${path}`);
}

describe("a configuration that is not the synthesized one", () => {
  it("is none where nothing was changed", () => {
    expect(errors(() => {})).toEqual([]);
    expect(places.length).toBeGreaterThan(60);
  });

  const changes: Readonly<Record<string, (holder: Document, key: string) => void>> = {
    "another value": (holder, key) => {
      holder[key] = { constant_value: "another" };
    },
    "no value": (holder, key) => {
      holder[key] = {};
    },
    "a value computed from nothing": (holder, key) => {
      holder[key] = { constant_value: '${upper("x")}' };
    },
    "a value computed from a reference": (holder, key) => {
      holder[key] = {
        constant_value: `\${replace(${CONNECTION}.oauth_token_id, "/.*/", "ot-OTHER")}`,
        references: [`${CONNECTION}.oauth_token_id`, CONNECTION],
      };
    },
    "another variable": (holder, key) => {
      holder[key] = { constant_value: "${var.other}", references: ["var.other"] };
    },
    "left out": (holder, key) => {
      delete holder[key];
    },
    "one more beside it": (holder) => {
      holder.one_more = { constant_value: "x" };
    },
  };
  it.each(Object.entries(changes))("is found in every argument: %s", (_, change) => {
    const passed = places.filter((path) => {
      const rules = errors((document) => {
        const { holder, key } = at(document, path);
        change(holder, key);
      });
      return !rules.some((rule) => rule.startsWith("same-configuration"));
    });
    expect(passed).toEqual([]);
  });

  const parts: readonly (readonly [string, (document: Document) => void])[] = [
    ["a resource", (d) => d.configuration.root_module.resources.push({ ...block(d, WORKSPACE), address: "tfe_x.y" })],
    [
      "data",
      (d) => d.configuration.root_module.resources.push({ address: "data.http.x", mode: "data", expressions: {} }),
    ],
    [
      "an output",
      (d) => Object.assign(d.configuration.root_module.outputs, { x: { expression: { constant_value: 1 } } }),
    ],
    [
      "a sensitive output",
      (d) => Object.assign(d.configuration.root_module.outputs.oauth_token_id, { sensitive: true }),
    ],
    ["a variable", (d) => Object.assign(d.configuration.root_module.variables, { x: { default: "" } })],
    ["a default", (d) => Object.assign(d.configuration.root_module.variables.gitlab_pat, { default: "x" })],
    ["no sensitive", (d) => delete d.configuration.root_module.variables.gitlab_pat.sensitive],
    ["a module", (d) => Object.assign(d.configuration.root_module, { module_calls: { m: { module: {} } } })],
    [
      "an alias",
      (d) => Object.assign(d.configuration.provider_config, { "tfe.b": d.configuration.provider_config.tfe }),
    ],
    ["a provider", (d) => Object.assign(d.configuration.provider_config, { http: { name: "http" } })],
    ["another provider block", (d) => Object.assign(block(d, WORKSPACE), { provider_config_key: "tfe.b" })],
    ["for_each", (d) => Object.assign(block(d, WORKSPACE), { for_each_expression: { constant_value: {} } })],
    ["count", (d) => Object.assign(block(d, CONNECTION), { count_expression: { constant_value: 1 } })],
    ["depends_on", (d) => Object.assign(block(d, WORKSPACE), { depends_on: [CONNECTION] })],
    ["a provisioner", (d) => Object.assign(block(d, WORKSPACE), { provisioners: [{ type: "local-exec" }] })],
    ["something that nobody knows", (d) => Object.assign(block(d, WORKSPACE), { news: true })],
    ["something new in the root module", (d) => Object.assign(d.configuration.root_module, { actions: [{ x: 1 }] })],
    ["a check", (d) => d.checks.push(passed("check.x"))],
    ["a validation of the variable", (d) => d.checks.push(passed("var.gitlab_pat"))],
    ["a condition of a workspace", (d) => d.checks.push(passed(WORKSPACE))],
    ["a condition of the connection that is there twice", (d) => d.checks.push(passed(CONNECTION))],
    [
      "an output's value",
      (d) => Object.assign(d.output_changes, { x: { actions: ["create"], before: null, after: 1 } }),
    ],
  ];
  it.each(parts)("is found: %s", (_, change) => {
    expect(errors(change).map((error) => error.split(" ")[0])).toContain("same-configuration");
  });

  it("may lack the connection's condition, which only refuses: that is a warning", () => {
    expect(errors((d) => Object.assign(d, { checks: [] }))).toEqual([]);
  });

  it("is one from HCL whose values are not known, since a plan of it hides what is computed", () => {
    const asHcl = (document: Document) => {
      for (const { holder, key } of [...argumentsOf(document.configuration, "")]) {
        if (holder[key].references !== undefined) delete holder[key].constant_value;
      }
    };
    const rules = new Set(errors(asHcl).map((error) => error.split(" ")[0]));
    expect([...rules]).toEqual(["old-to-new", "same-configuration"]);
  });
});

it("judged by itself has a connection whose condition is Repoint's own", () => {
  const notes = (change: (document: Document) => void) => {
    const document = fixture("move");
    change(document);
    return reviewOf(document)
      .findings.filter(({ message }) => message.includes("checks"))
      .map(({ message }) => message);
  };
  expect(notes(() => {})).toEqual([]);
  expect(notes((d) => d.checks.push(passed(WORKSPACE), passed("var.gitlab_pat")))).toEqual([
    `the configuration has checks: ${WORKSPACE}, var.gitlab_pat`,
  ]);
});

describe("what a plan does not show", () => {
  const facts = (change: (json: Document) => void) => {
    const json = structuredClone(expectation.configuration);
    change(json);
    return { configuration: { file: "cdk.tf.json", json: json as JsonObject } };
  };
  const messages = (change: (json: Document) => void) =>
    reviewOf(fixture("repoint"), expectation, { facts: facts(change) })
      .findings.filter(({ rule }) => rule === "same-text")
      .map(({ message }) => message);

  it("is compared with the configuration at hand", () => {
    expect(messages(() => {})).toEqual([]);
    expect(messages((json) => delete json.resource.tfe_workspace.app_0.lifecycle.prevent_destroy)).toEqual([
      "cdk.tf.json differs from the synthesized configuration: resource.tfe_workspace.app_0.lifecycle.prevent_destroy",
    ]);
    expect(messages((json) => Object.assign(json.terraform.backend, { local: { path: "/elsewhere" } }))).toEqual([
      "cdk.tf.json differs from the synthesized configuration: terraform.backend.local.path",
    ]);
    expect(messages((json) => Object.assign(json, { removed: [{ from: "tfe_workspace.x" }] }))).toEqual([
      "cdk.tf.json differs from the synthesized configuration: removed",
    ]);
    expect(messages((json) => Object.assign(json, { "//": "a comment" }))).toEqual([]);
  });

  it("is a warning where only the connection's condition is lost, and an error where another stands there", () => {
    const severities = (change: (lifecycle: Document) => void) =>
      reviewOf(fixture("repoint"), expectation, {
        facts: facts((json) => change(json.resource.tfe_oauth_client.gitlab_pat.lifecycle)),
      })
        .findings.filter(({ rule }) => rule === "same-text")
        .map(({ severity }) => severity);
    expect(severities((lifecycle) => delete lifecycle.precondition)).toEqual(["warning"]);
    expect(severities((lifecycle) => Object.assign(lifecycle, { precondition: [] }))).toEqual(["error"]);
    expect(
      severities((lifecycle) => {
        delete lifecycle.precondition;
        delete lifecycle.prevent_destroy;
      }),
    ).toEqual(["error"]);
  });

  it("is said to be not compared where there is nothing to compare", () => {
    const outcome = (facts: object) =>
      reviewOf(fixture("repoint"), expectation, facts).rules.find(({ id }) => id === "same-text")?.outcome;
    expect(outcome({})).toBe("not-compared");
    expect(outcome({ facts: facts(() => {}) })).toBe("passed");
  });
});
