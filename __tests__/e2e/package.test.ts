import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { organizationFileText } from "../organization-file";

const repository = resolve(__dirname, "../..");
const modules = join(repository, "node_modules");
const description = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const examples = readdirSync(join(repository, "examples"), {
  withFileTypes: true,
}).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

let folder: string;
let files: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-package-"));
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: repository,
      encoding: "utf8",
    }),
  );
  files = packed.files.map(({ path }: { path: string }) => path);
  const own = join(folder, "node_modules", "repoint");
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", own, "--strip-components=1"]);
  // As npm installs it in an empty project, but for what is optional: only what the package names, and what that needs.
  for (const name of Object.keys({
    ...description.dependencies,
    ...description.peerDependencies,
  }))
    install(name);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Links a package and all that it needs. */
function install(name: string): void {
  const to = join(folder, "node_modules", name);
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(join(modules, name), to);
}

const node = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_PATH: "" },
  });
  return { stdout, stderr, status };
};

it("holds what its users need and nothing of its makers", () => {
  const kinds = files.map((file) => file.replace(/^(dist\/[^/]+|docs|examples|bin)\/.*?(\.[\w.]+)$/, "$1/*$2"));
  expect([...new Set(kinds)].sort()).toMatchInlineSnapshot(`
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin/*.js",
      "dist/lib/*.d.ts",
      "dist/lib/*.js",
      "dist/sandbox/*.d.ts",
      "dist/sandbox/*.js",
      "docs/*.md",
      "docs/*.schema.json",
      "examples/*.ts",
      "examples/*.yaml",
      "package.json",
    ]
  `);
  for (const file of [
    "dist/lib/index.js",
    "dist/lib/index.d.ts",
    "dist/sandbox/index.js",
    "dist/lib/testing/index.js",
    "dist/lib/guard/run.js",
    "bin/repoint.js",
    "LICENSE",
  ]) {
    expect(files).toContain(file);
  }
});

it("runs no script when it is installed", () => {
  expect(Object.keys(description.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});

it("loads no client, no command and no server with its constructs", () => {
  const { stdout, stderr } = node(
    "-e",
    `require("repoint");
     const loaded = Object.keys(require.cache).map((file) => file.replace(/.*\\/repoint\\//, "repoint/"));
     console.log(JSON.stringify(loaded.filter((file) => /^repoint\\/dist\\/(sandbox|lib\\/(cli|commands|http|tfe\\/(client|api)|gitlab|terraform))|node_modules\\/(undici|commander|tsx)\\//.test(file))));`,
  );
  expect([stderr, stdout.trim()]).toEqual(["", "[]"]);
});

it.each(examples)("compiles and synthesizes examples/%s", (name) => {
  const project = join(folder, name);
  mkdirSync(project);
  cpSync(join(repository, "examples", name, "main.ts"), join(project, "main.ts"));
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: "ES2022",
        module: "NodeNext",
        types: ["node"],
        typeRoots: [join(modules, "@types")],
        outDir: "out",
        skipLibCheck: true,
      },
    }),
  );
  const compiled = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project], {
    encoding: "utf8",
  });
  expect([compiled.stdout, compiled.status]).toEqual(["", 0]);
  const ran = spawnSync(process.execPath, [join(project, "out", "main.js")], {
    cwd: project,
    encoding: "utf8",
  });
  expect([ran.stderr, ran.status]).toEqual(["", 0]);
  expect(readdirSync(join(project, "cdktf.out", "stacks")).length).toBeGreaterThan(0);
});

it("starts the sandbox for other people's tests", () => {
  const { stdout, stderr } = node(
    "-e",
    `require("repoint/sandbox").startSandbox({ fleet: 4 }).then(async (sandbox) => {
       const answer = await fetch(sandbox.tfe.url + "/api/v2/organizations/sandbox/workspaces", { headers: { Authorization: "Bearer " + sandbox.tfe.token } });
       console.log(answer.status, (await answer.json()).data.length);
       await sandbox.close();
     });`,
  );
  expect([stderr, stdout]).toEqual(["", "200 4\n"]);
});

it("has matchers for jest", () => {
  const { stdout, stderr } = node(
    "-e",
    `const { matchers } = require("repoint/testing");
     const outcome = matchers.toRepointOnly({ resource: { aws_instance: { web: {} } } });
     console.log(outcome.pass, outcome.message());`,
  );
  expect([stderr, stdout]).toMatchInlineSnapshot(`
    [
      "",
      "false the configuration does more than re-point:
      - aws_instance.web is no connection, and nothing that uses one
    ",
    ]
  `);
});

it("runs its command, also without what is optional", () => {
  const repoint = (...words: string[]) => node(join("node_modules", "repoint", "bin", "repoint.js"), ...words);
  expect(repoint("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("Usage: repoint"),
  });
  mkdirSync(join(folder, "organizations"));
  writeFileSync(join(folder, "organizations", "acme.yaml"), organizationFileText());
  writeFileSync(join(folder, "cli.tfrc"), 'credentials "app.terraform.io" {\n  token = "x"\n}\n');
  process.env.TF_CLI_CONFIG_FILE = join(folder, "cli.tfrc");
  try {
    expect(repoint("inventory", "acme")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("npm install @cdktf/hcl2json"),
    });
  } finally {
    delete process.env.TF_CLI_CONFIG_FILE;
  }
});
