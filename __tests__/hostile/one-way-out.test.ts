import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");
const CODE = `import { Line } from "../util/plain-text";
export const a = (value: unknown): string => JSON.stringify(value);
export const b = (): void => console.error("x");
export const c = (): boolean => process.stdout.write("x");
export const d = (): Line => new Line("x");
`;

/** What the linter's rule refuses in a file, by line. */
function refused(file: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "repoint-lint-"));
  try {
    cpSync(join(ROOT, ".biome"), join(folder, ".biome"), { recursive: true });
    writeFileSync(join(folder, "biome.json"), '{"plugins":["./.biome/one-way-out.grit"]}');
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), CODE);
    const biome = join(ROOT, "node_modules/.bin/biome");
    const { stdout } = spawnSync(biome, ["lint", "--reporter=json", "."], { cwd: folder, encoding: "utf8" });
    const {
      diagnostics,
    }: { diagnostics: { category: string; message: string; location: { start: { line: number } } }[] } =
      JSON.parse(stdout);
    return diagnostics
      .filter(({ category }) => category === "plugin")
      .map(({ message, location }) => `${location.start.line}: ${message}`)
      .sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rules = [
  "2: Use jsonText or quoted of lib/util/json-text.ts, which let nothing unseen through.",
  "3: Print through lib/cli/print.ts, which lets nothing unseen through.",
  "4: Print through lib/cli/print.ts, which lets nothing unseen through.",
  "5: Make a Line with line or painted of lib/util/plain-text.ts, which escape what is put in.",
];

it.each([
  ["lib/cli/some.ts", rules],
  ["lib/report/html/some.ts", rules],
  ["lib/util/json-text.ts", rules.slice(1)],
  ["lib/cli/io.ts", [rules[0], rules[3]]],
  ["lib/cli/table.ts", rules.slice(0, 3)],
  ["bench/some.ts", []],
])("the linter refuses ways around the one way out in %s", (file, expected) => {
  expect(refused(file)).toEqual(expected);
});
