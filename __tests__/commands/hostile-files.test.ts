import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Ran, type Stage, startStage } from "./support";

/** A file that users give, or that lies in their project, and a command that reads it. */
interface Place {
  readonly file: string;
  /** Words of the command line. */
  readonly command: readonly string[];
  /** A content that the command takes, where there need be none. */
  readonly sample?: string;
  /** Whether a content that is of no use need not stop this command. */
  readonly spared?: boolean;
}

const places: Readonly<Record<string, Place>> = {
  "an organization file": { file: "organizations/sandbox.yaml", command: ["status", "sandbox"] },
  "an inventory": { file: "inventory/sandbox.json", command: ["status", "sandbox"] },
  "a journal": { file: ".repoint/sandbox/journal.jsonl", command: ["status", "sandbox"], spared: true },
  "a verification": { file: ".repoint/sandbox/verification.json", command: ["status", "sandbox"], spared: true },
  "a lock": { file: ".repoint/sandbox/lock", command: ["inventory", "sandbox"], sample: "{}", spared: true },
  "a plan's description": { file: ".repoint/sandbox/plan/meta.json", command: ["review", "sandbox"] },
  "a saved plan": { file: ".repoint/sandbox/plan/plan.tfplan", command: ["apply", "sandbox", "--yes"] },
  "a plan in JSON": { file: "plan.json", command: ["review", "--plan", "plan.json"] },
  "a configuration in JSON": {
    file: "cdk.tf.json",
    command: ["review", "sandbox", "--plan", "given.json", "--configuration", "cdk.tf.json"],
    spared: true,
  },
  "a CLI configuration": { file: "cli.tfrc", command: ["inventory", "sandbox"] },
  "a credentials file": {
    file: ".terraform.d/credentials.tfrc.json",
    command: ["inventory", "sandbox"],
    sample: "{}",
    spared: true,
  },
  "a list of links": {
    file: "links.yaml",
    command: ["restore", "sandbox", "--links", "links.yaml", "--authorized", "--yes"],
  },
  "a restoration's record": { file: ".repoint/sandbox/restore.json", command: ["restore", "sandbox", "--yes"] },
  "a private key": { file: "key", command: ["ssh-key", "sandbox", "--file", "key"] },
  "a state": {
    file: "terraform.sandbox.tfstate",
    command: ["status", "sandbox"],
    sample: '{"version": 4, "lineage": "x", "serial": 1}',
    spared: true,
  },
};

/** What stands there instead; `file` is where. */
const contents: Readonly<Record<string, (file: string, sample: string) => void>> = {
  nothing: (file) => writeFileSync(file, ""),
  "30 MB": (file) => writeFileSync(file, `a: ${"x".repeat(30 * 2 ** 20)}\n`),
  "a million keys": (file) =>
    writeFileSync(file, `{${Array.from({ length: 1_000_000 }, (_, index) => `"k${index}": 1`).join(",\n")}}`),
  "20,000 lines": (file) => writeFileSync(file, "a: [\n".repeat(20_000)),
  aliases: (file) =>
    writeFileSync(
      file,
      Array.from({ length: 9 }, (_, n) => `x${n}: &a${n} [${n === 0 ? "1" : `*a${n - 1},`.repeat(9)}]\n`).join(""),
    ),
  "20,000 aliases": (file) =>
    writeFileSync(file, `a:\n${Array.from({ length: 20_000 }, (_, n) => `  - &a${n} x\n  - *a${n}\n`).join("")}`),
  "100,000 brackets": (file) =>
    writeFileSync(file, `{"version": 1, "a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
  "100,000 open brackets": (file) => writeFileSync(file, "[".repeat(100_000)),
  "2,000 nested blocks": (file) =>
    writeFileSync(file, Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")),
  NUL: (file, sample) => writeFileSync(file, `${sample}\0`),
  "UTF-16 without a mark": (file, sample) => writeFileSync(file, Buffer.from(sample, "utf16le")),
  "invalid UTF-8": (file, sample) =>
    writeFileSync(file, Buffer.concat([Buffer.from(sample), Buffer.from([0xc3, 0x28])])),
  "half of it": (file, sample) => writeFileSync(file, sample.slice(0, sample.length / 2)),
  "a prototype": (file) => writeFileSync(file, '{"version": 1, "__proto__": {"polluted": true}}'),
  "a key twice": (file) => writeFileSync(file, '{"version": 1, "version": 1}'),
  numbers: (file) => writeFileSync(file, '{"version": 1e400, "a": -0, "b": 123456789012345678901234567890}'),
  "another type": (file) => writeFileSync(file, '"text"'),
  "a list": (file) => writeFileSync(file, "[1, null, {}]"),
  "a folder": (file) => mkdirSync(file),
  "a pipe": (file) => void spawnSync("sh", ["-c", 'mkfifo "$0"', file]),
  "a device": (file) => symlinkSync("/dev/zero", file),
  "a circle of links": (file) => {
    symlinkSync(`${file}-2`, file);
    symlinkSync(file, `${file}-2`);
  },
  ...(process.getuid?.() === 0
    ? {}
    : {
        "what may not be read": (file: string, sample: string) => {
          writeFileSync(file, sample);
          chmodSync(file, 0o000);
        },
      }),
};
/** No file at all: an error whatever it is for. */
const noFile = ["a folder", "a pipe", "a device", "a circle of links", "what may not be read"];
/** The same in another dress: taken as before. */
const dresses: Readonly<Record<string, (sample: string) => string | Buffer>> = {
  "a byte order mark": (sample) => `\ufeff${sample}`,
  "Windows line ends": (sample) => sample.replaceAll("\n", "\r\n"),
  "UTF-16 with a mark": (sample) => Buffer.from(`\ufeff${sample}`, "utf16le"),
};

let stage: Stage;
let saved: string;
const at = (file: string) => join(stage.folder, file);

beforeAll(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  saved = mkdtempSync(join(tmpdir(), "repoint-saved-"));
  writeFileSync(at("cli.tfrc"), readFileSync(stage.env.TF_CLI_CONFIG_FILE ?? ""));
  stage.env.TF_CLI_CONFIG_FILE = at("cli.tfrc");
  const planned = await stage.repoint("plan", "sandbox");
  if (planned.code !== 0) throw new Error(planned.stderr);
  writeFileSync(at("links.yaml"), stringify({ nobody: "group/app" }));
  const shown = spawnSync(at("terraform"), ["show", "-json", at(".repoint/sandbox/plan/plan.tfplan")], {
    cwd: at("cdktf.out/stacks/sandbox"),
    env: stage.env,
    encoding: "utf8",
  });
  for (const name of ["given.json", "plan.json"]) writeFileSync(at(name), shown.stdout);
  cpSync(at("cdktf.out/stacks/sandbox/cdk.tf.json"), at("cdk.tf.json"));
  cpSync(stage.folder, saved, { recursive: true });
}, 120_000);
afterAll(async () => {
  rmSync(saved, { recursive: true, force: true });
  await stage.close();
});
beforeEach(() => {
  for (const part of [
    "organizations",
    "inventory",
    ".repoint",
    "cdktf.out",
    ".terraform.d",
    "terraform.sandbox.tfstate",
  ]) {
    rmSync(at(part), { recursive: true, force: true });
    if (existsSync(join(saved, part))) cpSync(join(saved, part), at(part), { recursive: true });
  }
  for (const part of ["plan.json", "cdk.tf.json", "cli.tfrc", "links.yaml", "key"]) {
    rmSync(at(part), { recursive: true, force: true });
    rmSync(at(`${part}-2`), { recursive: true, force: true });
    if (existsSync(join(saved, part))) cpSync(join(saved, part), at(part));
  }
});

/** Runs a place's command with something else in the file's place. */
async function instead(
  { file, command, sample = "" }: Place,
  write: (file: string, sample: string) => void,
): Promise<Ran> {
  const before = existsSync(at(file)) ? readFileSync(at(file), "utf8") : sample;
  rmSync(at(file), { recursive: true, force: true });
  mkdirSync(dirname(at(file)), { recursive: true });
  write(at(file), before);
  return stage.repoint(...command);
}

/** Given on the command line, these may be pipes (`<(terraform show -json PLAN)`): read-input.test.ts. */
const pipes = ["a plan in JSON", "a list of links"];
/** One for each way to read: YAML, JSON, lines. The others go the same ways. */
const thorough = ["an organization file", "an inventory", "a list of links", "a journal"];
const everywhere = [...noFile, "nothing", "100,000 brackets"];
const table = Object.keys(places).flatMap((place) =>
  Object.keys(contents)
    .filter((content) => thorough.includes(place) || everywhere.includes(content))
    .filter((content) => content !== "a pipe" || !pipes.includes(place))
    .map((content) => [place, content] as const),
);

it.each(table)(
  "%s that is %s ends in words",
  async (name, content) => {
    const place = places[name];
    const write = contents[content];
    if (place === undefined || write === undefined) throw new Error("there are");
    const { code, stdout, stderr } = await instead(place, write);
    expect(`${stdout}${stderr}`).not.toMatch(/defect|RangeError|TypeError|SyntaxError| {4}at .*\.(ts|js):/);
    expect(stderr).not.toContain(stage.sandbox.tfe.token);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    if (noFile.includes(content)) {
      expect(code).toBe(2);
      expect(stderr).toContain("fix: ");
    } else if (place.spared !== true) expect(code).toBe(2);
    else expect([0, 1, 2]).toContain(code);
  },
  60_000,
);

const dressed = ["an organization file", "an inventory", "a CLI configuration", "a plan's description"];
it.each(dressed.flatMap((place) => Object.keys(dresses).map((dress) => [place, dress] as const)))(
  "%s with %s is taken",
  async (name, dress) => {
    const place = places[name];
    const change = dresses[dress];
    if (place === undefined || change === undefined) throw new Error("there are");
    const before = await stage.repoint(...place.command);
    const after = await instead(place, (file, sample) => writeFileSync(file, change(sample)));
    expect([after.code, after.stderr]).toEqual([before.code, before.stderr]);
  },
);
