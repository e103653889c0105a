import type { Random } from "../../../sandbox/random";

/** A synthesized configuration that a test changes at will. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into a foreign format.
export type Configuration = any;

/** A way to change a configuration, and whether the review must refuse what Terraform then plans. */
export interface Kind {
  readonly name: string;
  readonly harmful: boolean;
  readonly change: (configuration: Configuration, random: Random) => void;
  /** More options of `terraform plan`. */
  readonly options?: readonly string[];
}

const CLIENT = "tfe_oauth_client.gitlab_pat";
const TOKEN = `${CLIENT}.oauth_token_id`;
const OTHER = "ot-SandboxOAuth0001";
const TYPES = ["tfe_workspace", "tfe_policy_set", "tfe_stack"] as const;

/** One of the resources that are re-pointed. */
function anyOf(configuration: Configuration, random: Random, types: readonly string[] = TYPES): Configuration {
  const blocks = types.flatMap((type) => Object.values<Configuration>(configuration.resource[type] ?? {}));
  return blocks[random.below(blocks.length)];
}

const nameOf = (random: Random): string => random.letters(6).toLowerCase().replace(/^\d/, "x");
const client = (configuration: Configuration): Configuration => configuration.resource.tfe_oauth_client.gitlab_pat;
const expression = (text: string): string => `\${${text}}`;

function token(name: string, text: (random: Random) => string): Kind {
  return {
    name: `a token ${name}`,
    harmful: true,
    change: (configuration, random) => {
      anyOf(configuration, random).vcs_repo.oauth_token_id = text(random);
    },
  };
}

function output(name: string, block: (random: Random) => object): Kind {
  return {
    name: `an output ${name}`,
    harmful: true,
    change: (configuration, random) => {
      configuration.output[nameOf(random)] = block(random);
    },
  };
}

function connection(name: string, change: (block: Configuration, random: Random, all: Configuration) => void): Kind {
  return {
    name: `a connection ${name}`,
    harmful: true,
    change: (configuration, random) => change(client(configuration), random, configuration),
  };
}

function provider(name: string, settings: (random: Random) => object, variables: object = {}): Kind {
  return {
    name: `a provider ${name}`,
    harmful: true,
    change: (configuration, random) => {
      Object.assign(configuration.provider.tfe[0], settings(random));
      Object.assign(configuration.variable, variables);
    },
  };
}

function resource(name: string, change: (block: Configuration, random: Random, all: Configuration) => void): Kind {
  return {
    name: `a resource ${name}`,
    harmful: true,
    change: (configuration, random) => change(anyOf(configuration, random), random, configuration),
  };
}

function part(name: string, change: (all: Configuration, random: Random) => void): Kind {
  return { name, harmful: true, change };
}

/** Functions that make something of a token and not hide that they do. */
const pat = (random: Random): string =>
  random.pick([
    "nonsensitive(var.gitlab_pat)",
    "nonsensitive(base64encode(var.gitlab_pat))",
    "nonsensitive(sha256(var.gitlab_pat))",
    "nonsensitive(strrev(var.gitlab_pat))",
    'nonsensitive(join("-", split("", var.gitlab_pat)))',
    "nonsensitive(jsonencode([var.gitlab_pat, 1]))",
    "nonsensitive(substr(var.gitlab_pat, 6, 20))",
    `nonsensitive("\${${CLIENT}.id} \${var.gitlab_pat}")`,
    `nonsensitive(${CLIENT}.oauth_token)`,
  ]);

export const kinds: readonly Kind[] = [
  { name: "nothing changed", harmful: false, change: () => {} },
  {
    name: "other comments",
    harmful: false,
    change: (configuration, random) => {
      configuration["//"] = { note: random.letters(20) };
      anyOf(configuration, random)["//"] = { origin: random.letters(20) };
    },
  },
  {
    name: "another order of the resources",
    harmful: false,
    change: (configuration, random) => {
      for (const type of Object.keys(configuration.resource)) {
        configuration.resource[type] = Object.fromEntries(random.shuffle(Object.entries(configuration.resource[type])));
      }
    },
  },
  {
    name: "another order of arguments",
    harmful: false,
    change: (configuration, random) => {
      const block = anyOf(configuration, random);
      for (const [key, value] of random.shuffle(Object.entries(block))) {
        delete block[key];
        block[key] = value;
      }
    },
  },
  {
    name: "another order of imports",
    harmful: false,
    change: (configuration, random) => {
      configuration.import = random.shuffle(configuration.import);
    },
  },

  {
    name: "another order of variables and outputs",
    harmful: false,
    change: (configuration, random) => {
      for (const part of ["variable", "output"])
        configuration[part] = Object.fromEntries(random.shuffle(Object.entries(configuration[part])));
    },
  },
  {
    name: "imports written the other way round",
    harmful: false,
    change: (configuration) => {
      configuration.import = configuration.import.map(({ id, to }: Configuration) => ({ to, id }));
    },
  },

  token("by replace()", () => expression(`replace(${TOKEN}, "/.*/", "${OTHER}")`)),
  token("by a condition", () => expression(`${TOKEN} == "" ? ${TOKEN} : "${OTHER}"`)),
  token("by format()", () => expression(`format("%.0s${OTHER}", ${TOKEN})`)),
  token("with a text around it", () => `${expression(TOKEN)}x`),
  token("that is a literal", () => OTHER),
  token("of a connection's id", () => expression(`${CLIENT}.id`)),
  token("through a local value", () => expression("local.token")),
  token("by coalesce()", () => expression(`coalesce("${OTHER}", ${TOKEN})`)),
  output("of the PAT", (random) => ({ value: expression(pat(random)) })),
  output("of the PAT that is sensitive", () => ({ value: expression("var.gitlab_pat"), sensitive: true })),
  output("of the whole connection", () => ({ value: expression(CLIENT), sensitive: true })),
  output("that nobody asked for", () => ({ value: "x" })),
  part("another token id for owners", (all, random) => {
    all.output.oauth_token_id.value = random.pick([OTHER, expression(`replace(${TOKEN}, "/.*/", "${OTHER}")`)]);
  }),
  provider("with a host from two variables", () => ({ hostname: expression("var.h}${var.s") }), {
    h: { default: "tfe.sandbox.test" },
    s: { default: "" },
  }),
  provider("with a host from a variable", () => ({ hostname: expression("var.h") }), {
    h: { default: "tfe.sandbox.test" },
  }),
  provider("with a host by a function", () => ({ hostname: expression('lower("TFE.sandbox.test")') })),
  provider("that skips verification", () => ({ ssl_skip_verify: true })),
  provider("with another organization", () => ({ organization: "other" })),
  provider("with a token of its own", () => ({ token: expression("var.t") }), { t: { default: "", sensitive: true } }),
  part("an alias of the provider", (all, random) => {
    all.provider.tfe.push({ alias: "other", hostname: "tfe.sandbox.test" });
    anyOf(all, random).provider = "tfe.other";
  }),
  part("another version of the provider", (all) => {
    all.terraform.required_providers.tfe.version = ">= 0.70.0";
  }),
  connection("with its token from another variable", (block, random, all) => {
    const name = nameOf(random);
    all.variable[name] = { default: "glpat-of-somebody-else-1", sensitive: random.chance(0.5) };
    block.oauth_token = expression(`var.${name}`);
  }),
  connection("with a computed token", (block) => {
    block.oauth_token = expression("trimspace(var.gitlab_pat)");
  }),
  connection("through a foreign agent pool", (block) => {
    block.agent_pool_id = "apool-Foreign000000001";
  }),
  connection("of another name", (block, random) => {
    block.name = random.letters(8);
  }),
  connection("to another server", (block, random) => {
    block[random.pick(["http_url", "api_url"])] = "https://gitlab.elsewhere.example/api/v4";
  }),
  connection("for projects alone", (block) => {
    block.organization_scoped = false;
  }),
  connection("without its condition", (block) => {
    delete block.lifecycle.precondition;
  }),
  connection("of another condition", (block) => {
    block.lifecycle.precondition[0].condition = "${var.gitlab_pat != null}";
  }),
  part("a validation of the token", (all) => {
    all.variable.gitlab_pat.validation = [{ condition: "${var.gitlab_pat != null}", error_message: "No." }];
  }),
  resource("with a condition", (block) => {
    block.lifecycle.precondition = [{ condition: "${var.gitlab_pat != null}", error_message: "No." }];
  }),
  part("a second connection", (all) => {
    all.resource.tfe_oauth_client.second = { ...client(all), name: "Second" };
  }),
  resource("that may be destroyed", (block) => {
    delete block.lifecycle.prevent_destroy;
  }),
  resource("whose changes are ignored", (block) => {
    block.lifecycle.ignore_changes = "all";
  }),
  resource("of another name", (block, random) => {
    block.name = random.letters(8);
  }),
  resource("from another repository", (block, random) => {
    block.vcs_repo.identifier = `evil/${random.letters(5)}`;
  }),
  resource("from another branch", (block, random) => {
    block.vcs_repo.branch = random.letters(5);
  }),
  resource("that depends on something", (block) => {
    block.depends_on = [CLIENT];
  }),
  part("a workspace with another setting", (all, random) => {
    const block = anyOf(all, random, ["tfe_workspace"]);
    const [key, value] = random.pick([
      ["auto_apply", true],
      ["working_directory", "elsewhere"],
      ["queue_all_runs", !(block.queue_all_runs === true)],
      ["execution_mode", "local"],
      ["description", "x"],
      ["terraform_version", "0.11.0"],
      ["global_remote_state", true],
    ] as const);
    block[key] = value;
  }),
  part("a workspace without one of its settings", (all, random) => {
    const block = anyOf(all, random, ["tfe_workspace"]);
    const keys = Object.keys(block).filter(
      (key) => !["name", "organization", "vcs_repo", "lifecycle", "//"].includes(key),
    );
    delete block[keys[random.below(keys.length)] ?? ""];
  }),
  part("an import of another object", (all) => {
    const [first, second] = all.import.filter(({ to }: Configuration) => to.startsWith("tfe_workspace."));
    [first.id, second.id] = [second.id, first.id];
  }),
  part("an import and a block less", (all) => {
    const [first] = all.import.filter(({ to }: Configuration) => to.startsWith("tfe_workspace."));
    all.import = all.import.filter((entry: Configuration) => entry !== first);
    delete all.resource.tfe_workspace[first.to.split(".")[1]];
  }),
  part("a new workspace", (all, random) => {
    all.resource.tfe_workspace[nameOf(random)] = { name: "new", organization: "sandbox" };
  }),
  part("a resource of another type", (all) => {
    all.resource.terraform_data = { x: { input: "x" } };
  }),
  part("a resource of another type with the PAT", (all) => {
    all.resource.terraform_data = { x: { input: expression("var.gitlab_pat") } };
  }),
  part("data", (all) => {
    all.data = { tfe_organization: { x: { name: "sandbox" } } };
  }),
  part("a provisioner", (all, random) => {
    anyOf(all, random).provisioner = [{ "local-exec": { command: "true" } }];
  }),
  part("a module", (all) => {
    all.module = { m: { source: "./m" } };
  }),
  part("a moved block", (all, random) => {
    const [name] = Object.keys(all.resource.tfe_workspace);
    all.moved = [{ from: `tfe_workspace.${nameOf(random)}`, to: `tfe_workspace.${name}` }];
  }),
  part("a removed block", (all) => {
    all.removed = [{ from: "tfe_workspace.nobody_knows", lifecycle: { destroy: true } }];
  }),
  part("a check block", (all) => {
    all.check = { x: { assert: [{ condition: expression("1 == 1"), error_message: "never" }] } };
  }),
  part("a precondition", (all, random) => {
    anyOf(all, random).lifecycle.precondition = [{ condition: expression("true"), error_message: "never" }];
  }),
  part("another backend", (all) => {
    all.terraform.backend.local.path = "elsewhere.tfstate";
  }),
  part("a variable with a default", (all) => {
    all.variable.gitlab_pat.default = "";
  }),
  part("a variable that is not sensitive", (all) => {
    delete all.variable.gitlab_pat.sensitive;
  }),
  part("one more variable", (all, random) => {
    all.variable[nameOf(random)] = { default: "x" };
  }),
  part("a count", (all, random) => {
    anyOf(all, random, ["tfe_workspace"]).count = 1;
  }),
  part("a dynamic block", (all, random) => {
    const block = anyOf(all, random);
    block.dynamic = { vcs_repo: { for_each: [1], content: block.vcs_repo } };
    delete block.vcs_repo;
  }),
  part("a token through a chain of local values", (all, random) => {
    all.locals = { a: expression(TOKEN), b: expression("local.a"), c: expression("local.b") };
    anyOf(all, random).vcs_repo.oauth_token_id = expression("local.c");
  }),
  part("a token by templatestring()", (all, random) => {
    all.locals = { t: "$${x}" };
    anyOf(all, random).vcs_repo.oauth_token_id = expression(`templatestring(local.t, { x = ${TOKEN} })`);
  }),
  part("a token by a provider's function", (all, random) => {
    all.terraform.required_providers.terraform = { source: "terraform.io/builtin/terraform" };
    anyOf(all, random).vcs_repo.oauth_token_id = expression(`provider::terraform::encode_expr("${OTHER}")`);
  }),
  part("a token from an output of a module", (all, random) => {
    all.module = { m: { source: "./m" } };
    anyOf(all, random).vcs_repo.oauth_token_id = expression("tostring(module.m.x)");
  }),
  part("a module for each of a set, with a provider given to it", (all) => {
    all.module = { m: { source: "./m", for_each: expression('toset(["a", "b"])') } };
  }),
  part("a resource that runs something", (all, random) => {
    all.resource.terraform_data = {
      [nameOf(random)]: { provisioner: [{ "local-exec": { command: "true" } }] },
    };
  }),
  part("a resource that is told the PAT and does not show it", (all) => {
    const [workspace] = all.import.filter(({ to }: Configuration) => to.startsWith("tfe_workspace."));
    const value = { value_wo: expression("var.gitlab_pat"), value_wo_version: 1 };
    all.resource.tfe_variable = { x: { key: "K", category: "env", workspace_id: workspace.id, ...value } };
  }),
  part("an ephemeral resource", (all) => {
    all.ephemeral = { tfe_organization_token: { x: { organization: "sandbox" } } };
  }),
  part("an ephemeral variable", (all) => {
    all.variable.gitlab_pat.ephemeral = true;
  }),
  part("one more variable, ephemeral, with a secret for its default", (all, random) => {
    all.variable[nameOf(random)] = { default: "glpat-of-somebody-else-1", ephemeral: true, sensitive: true };
  }),
  part("a variable that may be null", (all) => {
    all.variable.gitlab_pat.nullable = true;
  }),
  part("a validation that would print the PAT", (all) => {
    all.variable.gitlab_pat.validation = [
      {
        condition: expression("length(var.gitlab_pat) > 0"),
        error_message: expression("nonsensitive(var.gitlab_pat)"),
      },
    ];
  }),
  part("a precondition that would print the PAT", (all, random) => {
    anyOf(all, random).lifecycle.precondition = [
      { condition: expression('var.gitlab_pat != ""'), error_message: expression("nonsensitive(var.gitlab_pat)") },
    ];
  }),
  part("a postcondition", (all, random) => {
    anyOf(all, random).lifecycle.postcondition = [{ condition: expression('self.id != ""'), error_message: "never" }];
  }),
  part("a precondition of an output", (all) => {
    all.output.oauth_token_id.precondition = [
      { condition: expression('var.gitlab_pat != ""'), error_message: expression("nonsensitive(var.gitlab_pat)") },
    ];
  }),
  part("a check that looks something up", (all) => {
    all.check = {
      x: {
        data: { tfe_organization: { y: { name: "sandbox" } } },
        assert: [{ condition: expression('data.tfe_organization.y.name != ""'), error_message: "never" }],
      },
    };
  }),
  part("data that runs a program", (all) => {
    all.data = { external: { x: { program: ["true"] } } };
  }),
  part("data that asks a server", (all) => {
    all.data = { http: { x: { url: "https://evil.example/" } } };
  }),
  part("data from another state", (all) => {
    all.data = { terraform_remote_state: { x: { backend: "local", config: { path: "elsewhere.tfstate" } } } };
  }),
  part("an import for each of a set", (all) => {
    const [first] = all.import.filter(({ to }: Configuration) => to.startsWith("tfe_workspace."));
    first.for_each = expression(`toset(["${first.id}"])`);
    first.id = expression("each.key");
  }),
  part("an import by a variable", (all) => {
    const [first] = all.import.filter(({ to }: Configuration) => to.startsWith("tfe_workspace."));
    all.variable.i = { default: first.id };
    first.id = expression("var.i");
  }),
  part("a moved block out of a module", (all) => {
    const [name] = Object.keys(all.resource.tfe_workspace);
    all.moved = [{ from: `module.foreign.tfe_workspace.${name}`, to: `tfe_workspace.${name}` }];
  }),
  part("a removed block that runs something", (all) => {
    const provisioner = [{ "local-exec": { when: "destroy", command: "true" } }];
    all.removed = [{ from: "tfe_workspace.nobody_knows", lifecycle: { destroy: true }, provisioner }];
  }),
  resource("one of whose changes is ignored", (block) => {
    block.lifecycle.ignore_changes = ["vcs_repo"];
  }),
  resource("that is replaced with the connection", (block) => {
    block.lifecycle.replace_triggered_by = [CLIENT];
  }),
  resource("that is created before it is destroyed", (block) => {
    block.lifecycle.create_before_destroy = true;
  }),
  part("a provider from another source", (all) => {
    all.terraform.required_providers.tfe.source = "evil.example/hashicorp/tfe";
  }),
  part("another required version of Terraform", (all) => {
    all.terraform.required_version = ">= 1.0.0";
  }),
  part("a message for the provider", (all) => {
    all.terraform.provider_meta = { tfe: { note: expression("var.gitlab_pat") } };
  }),
  part("HCP Terraform in the place of the backend", (all) => {
    delete all.terraform.backend;
    all.terraform.cloud = { organization: "sandbox", workspaces: { name: "x" } };
  }),
  {
    name: "a plan of one target",
    harmful: true,
    options: [`-target=${CLIENT}`],
    change: () => {},
  },
  { name: "a plan that destroys", harmful: true, options: ["-destroy"], change: () => {} },
  { name: "a plan that only refreshes", harmful: true, options: ["-refresh-only"], change: () => {} },
  part("a for_each", (all, random) => {
    const [name] = random.shuffle(Object.keys(all.resource.tfe_workspace));
    all.resource.tfe_workspace[name ?? ""].for_each = expression('toset(["x"])');
  }),
];
