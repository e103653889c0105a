import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../sandbox/random";
import { type Project, startProject } from "./support/project";
import { writes } from "./support/records";
import type { Finished } from "./support/run";

/** How many sequences of edits are played, and from which seed on: REPOINT_EDITS=20 plays twenty. */
const SEQUENCES = Number(process.env.REPOINT_EDITS ?? 2);
const FIRST_SEED = Number(process.env.REPOINT_EDITS_SEED ?? 300);
const EDITS = 4;

type Keys = Record<string, unknown>;
type Edit = (keys: Keys, project: Project, random: Random) => Keys;

const made = (project: Project) =>
  [...project.sandbox.state.clients.values()].filter(({ attributes }) =>
    /\(PAT\)|Another/.test(String(attributes.name)),
  );
const byName = (keys: Keys, name: string, scope?: unknown): Keys => ({
  ...keys,
  connection: { name, ...(scope === undefined ? {} : { scope }) },
});
const without = (keys: Keys, ...names: readonly string[]): Keys =>
  Object.fromEntries(Object.entries(keys).filter(([name]) => !names.includes(name)));

const ways = ["cdktf alone", "inventory, cdktf", "inventory, cdktf", "plan and apply"] as const;

/** One for each key of the organization's file that a deploy can go by here; one provider version can be had. */
const edits: Readonly<Record<string, Edit>> = {
  "connection.name": (keys) => byName(keys, "GitLab (PAT)"),
  "connection.name: another": (keys) => byName(keys, "Another (PAT)"),
  "connection.existing: the new one": (keys, project) => {
    const id = made(project).at(-1)?.id;
    return id === undefined ? keys : { ...keys, connection: { existing: id } };
  },
  "connection.scope: projects": (keys, project, random) => {
    const projects = [...project.sandbox.state.projects.keys()];
    return byName(keys, "GitLab (PAT)", { projects: random.chance(0.5) ? projects : projects.slice(0, 1) });
  },
  "connection.scope: organization": (keys) => byName(keys, "GitLab (PAT)", "organization"),
  "connection.tokenVariable": (keys) => ({
    ...keys,
    connection: { ...Object(keys.connection), tokenVariable: "gitlab_pat" },
  }),
  from: (keys, project) => ({ ...keys, from: [...project.sandbox.state.clients.keys()].slice(0, 1) }),
  "from: others too": (keys, project) => ({ ...keys, from: [...project.sandbox.state.clients.keys()].slice(0, 2) }),
  "select: less": (keys) => ({ ...keys, select: { exclude: [{ names: ["*a*"] }] } }),
  "select: all": (keys) => without(keys, "select"),
  managedElsewhere: (keys) => ({ ...keys, managedElsewhere: [{ names: ["*-1*", "*prod*"] }] }),
  waves: (keys) => ({ ...keys, waves: [{ name: "canary", percent: 50 }], through: "canary" }),
  "waves: none": (keys) => without(keys, "waves", "through", "forget"),
  "through: all": (keys) => without(keys, "through"),
  "direction: back": (keys) => ({ ...keys, direction: "back" }),
  "direction: forward": (keys) => without(keys, "direction"),
  "forget: done": (keys) => ({ ...keys, forget: "done" }),
  "forget: none": (keys) => without(keys, "forget"),
  "gitlab.serviceProvider": (keys, project) => ({
    ...keys,
    gitlab: { url: project.sandbox.gitlab.url, serviceProvider: "gitlab_enterprise_edition" },
  }),
  "gitlab as it was": (keys) => without(keys, "gitlab"),
  "terraform.provider": (keys) => ({ ...keys, terraform: { provider: ">= 0.70.0" } }),
  "limits.maxChanges": (keys) => ({ ...keys, limits: { maxChanges: 1_000 } }),
  "backend.local.path": (keys) => ({ ...keys, backend: { local: { path: "terraform.sandbox.tfstate" } } }),
};

/** What takes most out of the state comes more often. */
const often = ["connection.existing: the new one", "connection.scope: projects", "connection.name"];
const [first = "", ...others] = [...often, ...often, ...often, ...Object.keys(edits)];
const names = [first, ...others] as const;

/** A refusal of Repoint's own names a rule; whatever else fails is a failure. */
const refusedByRule = ({ stdout, stderr }: Finished) =>
  /\[(plan|organization file|inventory)\/[a-z-]+\]/.test(stdout + stderr);

/** Deploys as a user would, one of three ways; `undefined` where Repoint refused. */
async function deploy(project: Project, way: string): Promise<Finished | undefined> {
  if (way !== "cdktf alone") {
    const read = await project.repoint([way === "plan and apply" ? "plan" : "inventory", "sandbox"]);
    if (read.code !== 0) {
      expect([read.code, refusedByRule(read) || /^FAIL/m.test(read.stdout), read.stdout, read.stderr]).toEqual([
        read.code,
        true,
        read.stdout,
        read.stderr,
      ]);
      return undefined;
    }
    if (way === "plan and apply") {
      if (read.stdout.includes("Nothing to do")) return read;
      return project.repoint(["apply", "sandbox", "--yes"]);
    }
  }
  const args = ["deploy", "sandbox", "--auto-approve", "--skip-provider-lock"];
  const deployed = await project.cdktfOrFail(args);
  if (deployed.code === 0) return deployed;
  expect(deployed.stdout + deployed.stderr).toMatch(/\[(plan|organization file|inventory)\/[a-z-]+\]/);
  return undefined;
}

/** Under another name nothing is done until what goes by the name was carried over. */
async function rename(project: Project): Promise<void> {
  const file = (name: string) => join(project.folder, "organizations", `${name}.yaml`);
  renameSync(file("sandbox"), file("renamed"));
  const refused = await project.cdktfOrFail(["synth"]);
  if (readdirSync(join(project.folder, "inventory")).length > 0) {
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([
      1,
      expect.stringContaining("[inventory/another-name]"),
    ]);
  }
  renameSync(file("renamed"), file("sandbox"));
}

it.each(Array.from({ length: SEQUENCES }, (_, index) => FIRST_SEED + index))(
  "destroys and replaces nothing by a random sequence of edits, seed %i",
  async (seed) => {
    const random = new Random(seed * 6_151);
    const project = await startProject({ seed, fleet: 4, extraResources: seed % 2 === 0, requestsPerSecond: null });
    const played: string[] = [];
    try {
      const linked = () =>
        project.sandbox.state
          .resources()
          .filter(({ vcsRepo }) => vcsRepo !== null)
          .map(({ id }) => id);
      let keys: Keys = {};
      let deployed = 0;
      for (let step = 0; step < EDITS; step += 1) {
        const edit = step === 0 ? "connection.name" : random.pick(names);
        const way = step === 0 ? "plan and apply" : random.pick(ways);
        keys = edits[edit]?.(keys, project, random) ?? keys;
        project.organizationFile(keys);
        if (step > 0 && random.chance(0.1) && existsSync(join(project.folder, "inventory"))) await rename(project);
        const finished = await deploy(project, way);
        played.push(`${edit} (${way}): ${finished === undefined ? "refused" : "deployed"}`);
        if (finished === undefined) continue;
        deployed += 1;
        const printed = finished.stdout + finished.stderr;
        expect(printed).not.toMatch(/[1-9][0-9]* to destroy|[1-9][0-9]* destroyed|must be replaced|will be destroyed/);
      }
      expect(deployed).toBeGreaterThan(0);
      expect(linked()).toEqual(project.linkedAtFirst);
      expect(writes(project).filter((line) => line.startsWith("DELETE") && !line.includes("/tags"))).toEqual([]);
      const called = made(project).map(({ attributes }) => attributes.name);
      expect(new Set(called).size).toBe(called.length);
    } finally {
      process.stderr.write(`seed ${seed}: ${played.join("; ")}\n`);
      await project.close();
    }
  },
);
