import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { useFakeTerraform } from "./commands/fake-terraform/launch";
import { type Stage, startStage } from "./commands/support";

/*
 * The console blocks of the tutorial, played in order on the sandbox, and those of the README, which shows a part of the same. A line that is `…` alone stands for any lines,
 * and `…` at the end of a line for the rest of it. What the real Terraform prints is the end-to-end tests' matter.
 */
jest.setTimeout(600_000);

interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

const root = join(__dirname, "..");

function consolesOf(page: string): readonly Shown[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.split(/^\$ /m).flatMap((part): Shown[] => {
      const [command = "", ...lines] = part.trimEnd().split("\n");
      return command === "" ? [] : [{ command, lines }];
    }),
  );
}

/** The shown lines as one pattern of the whole output. */
function patternOf(lines: readonly string[]): RegExp {
  const line = (text: string) => {
    if (text === "…") return "(?:.*\n)*?";
    const [start = "", rest] = text.endsWith(" …") ? [text.slice(0, -1), ".*"] : [text, ""];
    return `${start.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}${rest}\n`;
  };
  return new RegExp(`^${lines.map(line).join("")}$`);
}

/** The first shown line, with those before it, that the output does not have; undefined when it has all. */
function firstMissing({ lines }: Shown, output: string): string | undefined {
  if (patternOf(lines).test(output)) return undefined;
  const at = lines.findIndex((_, index) => !patternOf([...lines.slice(0, index + 1), "…"]).test(output));
  return lines[at] ?? "(more lines follow)";
}

let stage: Stage;
const played: { readonly command: string; readonly output: string }[] = [];

beforeAll(async () => {
  stage = await startStage({ fleet: 60, seed: 1 });
  useFakeTerraform(stage);
  const organizationFile = parseDocument(readFileSync(join(root, "examples/sandbox.yaml"), "utf8"));
  organizationFile.setIn(["gitlab", "url"], stage.sandbox.gitlab.url);
  writeFileSync(join(stage.folder, "organizations/sandbox.yaml"), String(organizationFile));
  for (const { command } of consolesOf("docs/tutorial.md")) {
    const [program, ...words] = command.split(" ");
    const output =
      program === "repoint"
        ? (await stage.repoint(...words)).stdout
        : execFileSync("sh", ["-c", command], { cwd: stage.folder, encoding: "utf8" });
    played.push({ command, output });
  }
});
afterAll(() => stage.close());

it.each(["docs/tutorial.md", "README.md"])("%s shows what the commands print", (page) => {
  let next = 0;
  const wrong = consolesOf(page).flatMap((shown) => {
    const later = played.slice(next).filter(({ command }) => command === shown.command);
    // A page may leave steps of the tutorial out.
    const found = later.find(({ output }) => firstMissing(shown, output) === undefined);
    if (found !== undefined) {
      next = played.indexOf(found) + 1;
      return [];
    }
    return [{ command: shown.command, nowhere: later.map(({ output }) => [firstMissing(shown, output), output]) }];
  });
  expect(wrong).toEqual([]);
  expect(next).toBeGreaterThan(5);
});
