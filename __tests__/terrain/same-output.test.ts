import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { name } from "cdktf/package.json";
import { buildApp as ownApp } from "../../examples/own-app/main";
import { buildApp as patSources } from "../../examples/pat-sources/main";

const repository = join(__dirname, "..", "..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-terrain-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was synthesized, stack by stack, without what names the framework and its version. */
function stacks(outdir: string) {
  return readdirSync(join(outdir, "stacks")).map((stack) => {
    const file = join(outdir, "stacks", stack, "cdk.tf.json");
    const { "//": note, ...configuration } = JSON.parse(readFileSync(file, "utf8"));
    const { version, ...metadata } = note.metadata;
    return { stack, version, metadata, configuration };
  });
}

it.each([
  ["own-app", ownApp],
  ["pat-sources", patSources],
] as const)("CDK Terrain synthesizes what cdktf does: %s", (example, buildApp) => {
  // This run is on CDK Terrain (jest.terrain.config.js).
  expect(name).toBe("cdktn");
  const there = join(folder, `${example}-terrain`);
  const here = join(folder, `${example}-cdktf`);
  buildApp(new App({ outdir: there })).synth();
  const script = `const { App } = require("cdktf"); require("./examples/${example}/main").buildApp(new App({ outdir: process.argv[1] })).synth();`;
  execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script, here], { cwd: repository, encoding: "utf8" });
  const [terrain, cdktf] = [stacks(there), stacks(here)];
  const unversioned = (all: typeof terrain) => all.map(({ version: _, ...rest }) => rest);
  expect(unversioned(terrain)).toEqual(unversioned(cdktf));
  expect(terrain[0]?.version).not.toBe(cdktf[0]?.version);
});
