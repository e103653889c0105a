/**
 * What the fake Terraform plans: it reads the synthesized `cdk.tf.json`, the state and the server, and says what it would do in
 * the words of `terraform show -json`. It believes what the configuration says of everything but ids and tokens.
 */
const PROVIDER = "registry.terraform.io/hashicorp/tfe";
const CONNECTION = "tfe_oauth_client.gitlab_pat";

/** @param at {{ configuration: object, state: object, server: object, variables: object }} */
async function makePlan({ configuration, state, server, variables }) {
  const importIds = new Map((configuration.import ?? []).map(({ id, to }) => [to, id]));
  const removed = new Set((configuration.removed ?? []).map(({ from }) => from));
  const data = await readData(configuration, server);
  const kept = state.resources[CONNECTION];
  const refreshed = kept === undefined ? undefined : await server.connection(kept.id);
  const own = refreshed === undefined ? undefined : { ...kept, ...refreshed };
  const known = { ...data, [CONNECTION]: own };
  const changes = [];
  const drift = [];
  const blocks = blocksOf(configuration);
  for (const { address, type, name, block } of blocks) {
    const stored = state.resources[address];
    const wanted = valuesOf(block, variables, known);
    if (type === "tfe_oauth_client") {
      if (own !== undefined && own.oauth_token_id !== stored.oauth_token_id)
        drift.push(entryOf(address, type, name, { actions: ["update"], before: stored, after: own }));
      changes.push(connectionChange(address, type, name, own, wanted));
      continue;
    }
    const importId = stored === undefined ? importIds.get(address) : undefined;
    const found = await server.read(type, importId ?? stored?.id, stored);
    if (found === undefined) throw new Error(`${address}: there is no such object on the server`);
    const before = withToken({ ...wanted.values, id: found.id }, type, found.token);
    const after = { ...wanted.values, id: found.id };
    if (stored !== undefined && tokenOf(stored) !== found.token) {
      drift.push(entryOf(address, type, name, { actions: ["update"], before: stored, after: before }));
    }
    const changed = wanted.unknownToken || tokenOf(after) !== found.token;
    const unknown = wanted.unknownToken ? withToken({}, type, true) : {};
    if (wanted.unknownToken) withToken(after, type, undefined);
    changes.push(
      entryOf(address, type, name, {
        actions: [changed ? "update" : "no-op"],
        before,
        after,
        after_unknown: unknown,
        ...(importId === undefined ? {} : { importing: { id: importId } }),
      }),
    );
  }
  const declared = new Set(blocks.map(({ address }) => address));
  for (const [address, stored] of Object.entries(state.resources)) {
    if (declared.has(address)) continue;
    const [type, name] = address.split(".");
    const action = removed.has(address) ? "forget" : "delete";
    changes.push(entryOf(address, type, name, { actions: [action], before: stored, after: null }));
  }
  const isChange = ({ change }) => change.actions[0] !== "no-op" || change.importing !== undefined;
  const resource = ({ address, mode, type, name, provider_name }, values) => ({
    address,
    mode,
    type,
    name,
    provider_name,
    schema_version: 1,
    values,
    sensitive_values: {},
  });
  const priorValues = changes.filter(({ change }) => change.before !== null);
  return {
    changes: changes.some(isChange),
    json: {
      format_version: "1.2",
      terraform_version: "1.11.4",
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value }])),
      planned_values: {
        root_module: {
          resources: changes.filter(({ change }) => change.after).map((entry) => resource(entry, entry.change.after)),
        },
      },
      resource_drift: drift,
      resource_changes: changes,
      output_changes: {},
      checks: blocks.filter(({ block }) => block.lifecycle?.precondition !== undefined).map(checkOf),
      prior_state: {
        format_version: "1.0",
        terraform_version: "1.11.4",
        values: { root_module: { resources: priorValues.map((entry) => resource(entry, entry.change.before)) } },
      },
      configuration: configurationJson(configuration, blocks),
      timestamp: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      applyable: changes.some(isChange),
      complete: true,
      errored: false,
    },
  };
}

function connectionChange(address, type, name, stored, { values }) {
  const sensitive = { oauth_token: true };
  if (stored === undefined) {
    return entryOf(address, type, name, {
      actions: ["create"],
      before: null,
      after: values,
      after_unknown: { id: true, oauth_token_id: true, agent_pool_id: true },
      after_sensitive: sensitive,
    });
  }
  const after = { ...stored, ...values };
  const same = JSON.stringify(after) === JSON.stringify(stored);
  return entryOf(address, type, name, {
    actions: [same ? "no-op" : "update"],
    before: stored,
    after,
    before_sensitive: sensitive,
    after_sensitive: sensitive,
  });
}

function entryOf(address, type, name, change) {
  return {
    address,
    mode: "managed",
    type,
    name,
    provider_name: PROVIDER,
    change: { after_unknown: {}, before_sensitive: {}, after_sensitive: {}, ...change },
  };
}

/** A precondition that holds. */
function checkOf({ address, type, name }) {
  const at = { kind: "resource", mode: "managed", name, to_display: address, type };
  return { address: at, status: "pass", instances: [{ address: { to_display: address }, status: "pass" }] };
}

function blocksOf(configuration) {
  return Object.entries(configuration.resource ?? {}).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, block]) => ({ address: `${type}.${name}`, type, name, block })),
  );
}

const isMeta = (key) => ["//", "lifecycle", "provider", "depends_on"].includes(key);

/** A block's arguments as Terraform would evaluate them. */
function valuesOf(block, variables, known) {
  let unknownToken = false;
  const evaluate = (value) => {
    if (typeof value === "string") {
      const variable = /^\$\{var\.(\w+)\}$/.exec(value)?.[1];
      if (variable !== undefined) return variables[variable];
      const reference = /^\$\{((?:data\.)?\w+\.\w+)\.(\w+)\}$/.exec(value);
      if (reference !== null) {
        const found = known[reference[1]]?.[reference[2]];
        if (found === undefined) unknownToken = true;
        return found;
      }
      return value.replaceAll("$${", "${").replaceAll("%%{", "%{");
    }
    if (Array.isArray(value)) return value.map(evaluate);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evaluate(inner)]));
  };
  const values = Object.fromEntries(
    Object.entries(block)
      .filter(([key]) => !isMeta(key))
      .map(([key, value]) => [key, evaluate(value)]),
  );
  if (values.vcs_repo !== undefined && !("project_id" in block && block["//"]?.origin?.startsWith("st-"))) {
    values.vcs_repo = [values.vcs_repo].flat();
  }
  return { values, unknownToken };
}

function linkOf(values) {
  return Array.isArray(values.vcs_repo) ? values.vcs_repo[0] : values.vcs_repo;
}

function tokenOf(values) {
  return linkOf(values)?.oauth_token_id ?? null;
}

/** A copy with another token; undefined leaves the attribute out, in place. */
function withToken(values, type, token) {
  if (token === undefined) {
    const { oauth_token_id: _, ...link } = linkOf(values);
    values.vcs_repo = Array.isArray(values.vcs_repo) ? [link] : link;
    return values;
  }
  const link = { ...linkOf(values), oauth_token_id: token };
  return { ...values, vcs_repo: type === "tfe_stack" ? link : [link] };
}

/** The connection that `connection.existing` names is looked up while planning. */
async function readData(configuration, server) {
  const read = {};
  for (const [name, block] of Object.entries(configuration.data?.tfe_oauth_client ?? {})) {
    read[`data.tfe_oauth_client.${name}`] = await server.connection(block.oauth_client_id);
  }
  return read;
}

function configurationJson(configuration, blocks) {
  const hostname = configuration.provider.tfe[0].hostname;
  const outputs = Object.entries(configuration.output ?? {}).map(([name, { value }]) => [
    name,
    { expression: expressionOf(value) },
  ]);
  const variables = Object.entries(configuration.variable ?? {}).map(([name, declared]) => [
    name,
    { sensitive: declared.sensitive, default: declared.default },
  ]);
  const data = Object.entries(configuration.data?.tfe_oauth_client ?? {}).map(([name, block]) => ({
    address: `data.tfe_oauth_client.${name}`,
    mode: "data",
    type: "tfe_oauth_client",
    name,
    block,
  }));
  return {
    provider_config: {
      tfe: {
        name: "tfe",
        full_name: PROVIDER,
        version_constraint: configuration.terraform.required_providers.tfe.version,
        expressions: { hostname: { constant_value: hostname } },
      },
    },
    root_module: {
      outputs: Object.fromEntries(outputs),
      variables: Object.fromEntries(variables),
      resources: [...blocks, ...data].map(({ address, mode = "managed", type, name, block }) => ({
        address,
        mode,
        type,
        name,
        provider_config_key: "tfe",
        expressions: Object.fromEntries(
          Object.entries(block)
            .filter(([key]) => !isMeta(key))
            .map(([key, value]) => [key, key === "vcs_repo" ? linkExpressions(value, type) : expressionOf(value)]),
        ),
        schema_version: 1,
      })),
    },
  };
}

function linkExpressions(link, type) {
  const expressions = Object.fromEntries(
    Object.entries([link].flat()[0]).map(([key, value]) => [key, expressionOf(value)]),
  );
  return type === "tfe_stack" ? expressions : [expressions];
}

function expressionOf(value) {
  const reference = typeof value === "string" ? /^\$\{([\w.]+)\}$/.exec(value)?.[1] : undefined;
  if (reference === undefined) return { constant_value: value };
  const resource = reference.split(".").slice(0, reference.startsWith("data.") ? 3 : 2);
  // From JSON, Terraform gives the text beside what it refers to.
  return {
    constant_value: value,
    references: reference.startsWith("var.") ? [reference] : [...new Set([reference, resource.join(".")])],
  };
}

module.exports = { makePlan, CONNECTION };
