/**
 * A Terraform that needs neither Terraform nor the provider: it plays `init`, `plan`, `show`, `apply` and `state` on a synthesized
 * stack against a server's API, for tests of what Repoint does around Terraform. What the real ones do is for the end-to-end tests.
 *
 * FAKE_TERRAFORM holds how it misbehaves, as JSON (see `Misbehaviour` in ./launch.ts).
 */
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { CONNECTION, makePlan } = require("./plan");
const { connectServer } = require("./server");

const [chdir = "", ...args] = process.argv.slice(2);
const folder = chdir.startsWith("-chdir=") ? chdir.slice("-chdir=".length) : ".";
const wrong = JSON.parse(process.env.FAKE_TERRAFORM ?? "{}");
const say = (line) => void process.stdout.write(`${line}\n`);

class Failure extends Error {}

const read = (file) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const configuration = () => read("cdk.tf.json");

/** The `local` backend's file; the `http` backend's address stands in the environment alone. */
function stateFile() {
  const path = configuration().terraform.backend?.local?.path;
  if (path === undefined) throw new Failure("Error: the fake Terraform knows the backends local and http alone");
  return resolve(folder, path);
}
const isServed = () => configuration().terraform.backend?.http !== undefined;

async function askServer(method, body) {
  const { TF_HTTP_ADDRESS: address, TF_HTTP_USERNAME: user, TF_HTTP_PASSWORD: password } = process.env;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const answer = await fetch(address, { method, body, headers: { authorization } });
  if (!answer.ok) throw new Failure(`Error: ${method} of the state: HTTP error: ${answer.status}`);
  return answer.text();
}

async function loadState() {
  if (isServed()) return askServer("GET");
  return existsSync(stateFile()) ? readFileSync(stateFile(), "utf8") : "";
}

async function storeState(text) {
  if (isServed()) await askServer("POST", text);
  else writeFileSync(stateFile(), text);
}

/** The state by address, as the real one stands in its file. */
async function readState() {
  const text = await loadState();
  if (text === "") return { lineage: "fake-lineage", serial: 0, resources: {} };
  try {
    const { lineage, serial, resources } = JSON.parse(text);
    const entries = resources.map(({ type, name, instances }) => [`${type}.${name}`, instances[0].attributes]);
    return { lineage, serial, resources: Object.fromEntries(entries) };
  } catch {
    throw new Failure("Error: Unsupported state file format\n\nThe state file could not be parsed as JSON.");
  }
}

function stateText({ lineage, serial, resources }) {
  const instances = Object.entries(resources).map(([address, attributes]) => {
    const [type, name] = address.split(".");
    return { mode: "managed", type, name, instances: [{ schema_version: 1, attributes }] };
  });
  return `${JSON.stringify({ version: 4, terraform_version: "1.11.4", serial, lineage, outputs: {}, resources: instances }, null, 2)}\n`;
}

async function writeState(state) {
  state.serial += 1;
  await storeState(stateText(state));
}

function lockOr() {
  if (wrong.locked !== true) return;
  throw new Failure(
    'Error: Error acquiring the state lock\n\nLock Info:\n  ID:        11111111-2222-3333-4444-555555555555\n\nPlease resolve the issue above and try again. For most commands, you can disable\nlocking with the "-lock=false" flag, but this is not recommended.',
  );
}

const variables = () =>
  Object.fromEntries(Object.keys(configuration().variable ?? {}).map((name) => [name, process.env[`TF_VAR_${name}`]]));

const commands = {
  version: () => say(JSON.stringify({ terraform_version: "1.11.4" })),
  init: async () => {
    await readState();
    say("Terraform has been successfully initialized!");
  },
  plan: async () => {
    lockOr();
    const state = await readState();
    const server = connectServer(configuration());
    const { json, changes } = await makePlan({ configuration: configuration(), state, server, variables: variables() });
    const out = args.find((word) => word.startsWith("-out="))?.slice("-out=".length);
    writeFileSync(out, JSON.stringify({ json, serial: state.serial }));
    const { imported, added, changed } = countsOf(json);
    const imports = imported === 0 ? "" : `${imported} to import, `;
    say(
      changes
        ? `Plan: ${imports}${added} to add, ${changed} to change, 0 to destroy.`
        : "No changes. Your infrastructure matches.",
    );
    process.exitCode = changes ? 2 : 0;
  },
  show: async () => {
    const file = args.at(-1);
    if (!file.startsWith("-")) return say(JSON.stringify(JSON.parse(readFileSync(file, "utf8")).json));
    const resources = Object.entries((await readState()).resources).map(([address, values]) => ({
      address,
      mode: "managed",
      values,
    }));
    return say(JSON.stringify({ format_version: "1.0", values: { root_module: { resources } } }));
  },
  apply: async () => {
    lockOr();
    const { json } = JSON.parse(readFileSync(args.at(-1), "utf8"));
    const state = await readState();
    const server = connectServer(configuration());
    let left = wrong.failAfter ?? Number.POSITIVE_INFINITY;
    for (const entry of json.resource_changes) {
      if (entry.change.actions[0] !== "no-op" && left-- === 0) {
        if (isServed() && wrong.errored !== true) await writeState(state);
        if (wrong.errored === true)
          writeFileSync(join(folder, "errored.tfstate"), stateText({ ...state, serial: state.serial + 1 }));
        if (wrong.breakState === true) writeFileSync(stateFile(), stateText(state).slice(0, 200));
        throw new Failure("Error: the fake apply was told to fail");
      }
      await applyOne(entry, state, server);
      if (wrong.errored !== true && !isServed()) await writeState(state);
    }
    if (wrong.errored !== true) await writeState(state);
    const { imported, added, changed } = countsOf(json);
    const imports = imported === 0 ? "" : `${imported} imported, `;
    say(`Apply complete! Resources: ${imports}${added} added, ${changed} changed, 0 destroyed.`);
  },
  state: async () => {
    const [, what, file] = args;
    if (what === "list") return void Object.keys((await readState()).resources).map(say);
    if (what === "pull") return void process.stdout.write(await loadState());
    if (what !== "push") throw new Failure(`Error: the fake Terraform knows no state ${what}`);
    const text = readFileSync(resolve(folder, file), "utf8");
    const [pushed, present] = [JSON.parse(text), await readState()];
    if (present.serial > 0 && pushed.lineage !== present.lineage) {
      throw new Failure("Failed to write state: cannot import state with lineage over another one");
    }
    if (pushed.serial < present.serial) throw new Failure("Failed to write state: cannot import an older state");
    await storeState(text);
  },
};

/** What Terraform counts; nothing is ever destroyed here. */
function countsOf({ resource_changes: changes }) {
  const of = (action) => changes.filter(({ change }) => change.actions[0] === action).length;
  const imported = changes.filter(({ change }) => change.importing !== undefined).length;
  return { imported, added: of("create"), changed: of("update") };
}

async function applyOne({ address, type, change }, state, server) {
  const [action] = change.actions;
  if (action === "forget") delete state.resources[address];
  else if (action === "delete") throw new Failure(`Error: ${address} would be destroyed`);
  else if (action === "create")
    state.resources[address] = { ...change.after, ...(await server.createConnection(change.after)) };
  else if (type === "tfe_oauth_client") {
    if (action === "update") await server.exchangeToken(change.before.id, change.after.oauth_token);
    state.resources[address] = { ...change.before, ...change.after };
  } else {
    const token = state.resources[CONNECTION]?.oauth_token_id;
    const after = server.completed(change.after, type, token);
    if (action === "update") await server.repoint(type, change.importing?.id ?? change.before.id, change.before, after);
    state.resources[address] = after;
  }
  if (action !== "no-op") say(`${address}: Modifications complete after 0s`);
}

const name = chdir.startsWith("-chdir=") ? args[0] : chdir;
if (wrong.says !== undefined && ["init", "plan", "apply"].includes(name)) {
  process.stdout.write(`${wrong.says}\n`);
  process.stderr.write(`${wrong.says}\n`);
}
Promise.resolve()
  .then(() => commands[name]())
  .catch((error) => {
    process.stderr.write(`${error instanceof Failure ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
