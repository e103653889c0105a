import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRunFolder, servedEnvironment, writeConfiguration } from "../../lib/guard/run-folder";
import { type StateServer, startStateServer } from "../../lib/guard/state-server";
import { requireTerraform } from "../../lib/terraform/find";

/*
 * The real Terraform with a state that the guard serves. Its own `terraform_data` needs no provider and no server.
 */
jest.setTimeout(120_000);

let folder: string;
const servers: StateServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-served-"));
  mkdirSync(stack(), { recursive: true });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

const at = (...parts: string[]) => join(folder, ...parts);
const stack = () => at("cdktf.out/stacks/acme");
const run = () => at(".repoint/acme/run");
const STATE = "terraform.acme.tfstate";
const stateOf = (file: string) => {
  const { serial, resources }: { serial: number; resources: { name: string }[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return { serial, names: resources.map(({ name }) => name) };
};

/** A configuration of resources, each with a command that it runs when it is made, one after the other. */
function synthesized(commands: Readonly<Record<string, string>>): void {
  const resources = Object.entries(commands).map(([name, command], index, all) => [
    name,
    {
      input: name,
      ...(index === 0 ? {} : { depends_on: [`terraform_data.${all[index - 1]?.[0]}`] }),
      provisioner: { "local-exec": { command } },
    },
  ]);
  const backend = { local: { path: `../../../${STATE}` } };
  writeFileSync(
    join(stack(), "cdk.tf.json"),
    JSON.stringify({ terraform: { backend }, resource: { terraform_data: Object.fromEntries(resources) } }),
  );
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

const troubles: string[] = [];

async function serve(): Promise<StateServer> {
  troubles.length = 0;
  const server = await startStateServer({ file: at(STATE), onTrouble: (text) => void troubles.push(text) });
  servers.push(server);
  return server;
}

function start(where: string, env: NodeJS.ProcessEnv, args: readonly string[]): Running {
  const plain = { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const child = spawn(requireTerraform(process.env).command, [`-chdir=${where}`, ...args], {
    env: { ...plain, ...env },
    detached: true,
  });
  let text = "";
  const add = (chunk: unknown) => {
    text += String(chunk);
  };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", add);
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, text }))) };
}

/** Terraform and what it has started. */
const kill = ({ pid }: ChildProcess) => void (pid === undefined || process.kill(-pid, "SIGKILL"));

/** Terraform in the run folder, with a server of its own unless one is given. */
async function served(args: readonly string[], given?: StateServer) {
  const server = given ?? (await serve());
  return start(run(), { ...servedEnvironment({}, run()), ...server.env }, args);
}
const APPLY = ["apply", "-input=false", "-no-color", "-auto-approve"] as const;
async function must(running: Running | Promise<Running>, code = 0): Promise<string> {
  const ended = await (await running).ended;
  expect([ended.code, ended.code === code ? "" : ended.text]).toEqual([code, ""]);
  return ended.text;
}
const prepare = async () => {
  makeRunFolder(stack(), run(), "1.11.4");
  await must(served(["init", "-input=false", "-no-color"]));
};
const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(20);
};

it("plans at one address and applies at another; no file holds an address or the secret; plain Terraform goes on with the file", async () => {
  synthesized({ one: "true", two: "true" });
  await prepare();
  const planning = await serve();
  await must(served(["plan", "-input=false", "-no-color", `-out=${at("p.tfplan")}`], planning));
  await must(served(["apply", "-input=false", "-no-color", at("p.tfplan")]));
  expect(stateOf(at(STATE)).names).toEqual(["one", "two"]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const holding = files.filter((entry) => {
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return servers.some(({ env }) => Object.values(env).some((value) => value !== "repoint" && bytes.includes(value)));
  });
  expect(holding).toEqual([]);
  await must(start(stack(), {}, ["init", "-input=false", "-no-color"]));
  expect(await must(start(stack(), {}, ["plan", "-input=false", "-no-color"]))).toContain("No changes.");
});

it("saves while it runs: killed, it has lost no more than what was done since", async () => {
  // Terraform hands over what is older than 20 seconds when the next thing is done.
  synthesized({ one: "true", two: "sleep 21", three: "sleep 100" });
  await prepare();
  const { child, ended } = await served(APPLY);
  await until(() => existsSync(at(STATE)));
  kill(child);
  await ended;
  expect(stateOf(at(STATE)).names).toEqual(["one", "two"]);
});

it("leaves what it could not save where the next run finds it, when the server dies", async () => {
  synthesized({ one: `touch ${at("made")}`, two: "sleep 2" });
  await prepare();
  const server = await serve();
  const { ended } = await served(APPLY, server);
  await until(() => existsSync(at("made")));
  await server.close();
  expect((await ended).code).toBe(1);
  expect([existsSync(at(STATE)), stateOf(join(run(), "errored.tfstate")).names]).toEqual([false, ["one", "two"]]);
  await must(served(["state", "push", join(run(), "errored.tfstate")]));
  expect(stateOf(at(STATE)).names).toEqual(["one", "two"]);
});

it("keeps what another program wrote meanwhile, and its own beside it", async () => {
  synthesized({ one: "true" });
  await prepare();
  await must(served(APPLY));
  synthesized({ one: "true", two: `touch ${at("made")}; sleep 1` });
  writeConfiguration(stack(), run());
  const { ended } = await served(APPLY);
  await until(() => existsSync(at("made")));
  const theirs = readFileSync(at(STATE), "utf8").replace(/"serial": \d+/, '"serial": 90');
  writeFileSync(at(STATE), theirs);
  const { code, text } = await ended;
  expect([code, readFileSync(at(STATE), "utf8")]).toEqual([1, theirs]);
  expect(text).toContain("HTTP error: 409");
  expect(troubles[0]).toContain("another program has changed the file since this run read it");
  expect(stateOf(join(run(), "errored.tfstate")).names).toEqual(["one", "two"]);
});

it("is refused, with the holder's name, while a Terraform with the local backend holds the state", async () => {
  synthesized({ one: `touch ${at("made")}; sleep 100` });
  await prepare();
  await must(start(stack(), {}, ["init", "-input=false", "-no-color"]));
  const holder = start(stack(), {}, APPLY);
  await until(() => existsSync(at("made")));
  const { ID } = JSON.parse(readFileSync(at(`.${STATE}.lock.info`), "utf8"));
  const text = await must(served(["plan", "-input=false", "-no-color"]), 1);
  expect(text).toMatch(new RegExp(`Error acquiring the state lock[\\s\\S]*ID=${ID}`));
  expect(troubles).toEqual([expect.stringMatching(/is locked, according to .*lock\.info: OperationTypeApply by /)]);
  kill(holder.child);
  await holder.ended;
});
