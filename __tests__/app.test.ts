import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { buildApp } from "../lib/app";
import { INVENTORY_VERSION } from "../lib/inventory/schema";
import { organizationFileText } from "./organization-file";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "repoint-app-"));
  for (const folder of ["organizations", "inventory"]) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function organizationFile(name: string): void {
  writeFileSync(join(root, "organizations", `${name}.yaml`), organizationFileText({ organization: name }));
}

it("says what to write where there is no organization file", () => {
  const warnings: string[] = [];
  buildApp(new App(), root, {}, (line) => warnings.push(line));
  expect(warnings).toEqual([
    "there is no organization file yet; next: write organizations/ORG.yaml (docs/reference/organization-file.md)",
  ]);
});

it("says what is wrong with every organization's inventory, not with the first alone", () => {
  for (const name of ["a", "b", "c"]) organizationFile(name);
  writeFileSync(join(root, "inventory", "a.json"), '{"version": 1,');
  writeFileSync(join(root, "inventory", "c.json"), `{"version": ${INVENTORY_VERSION + 1}}`);
  expect(() => buildApp(new App(), root, {}, () => {})).toThrow(
    new RegExp(
      `^inventory/a\\.json: it is not valid JSON[^]*\ninventory/c\\.json: version: this is version ${INVENTORY_VERSION + 1} of the format`,
    ),
  );
});

it("annotates the stack it warns of, so that cdktf prints a warning and not an error", () => {
  organizationFile("b");
  const open = join("cdktf.out", "stacks", "b", "plan");
  mkdirSync(join(root, "cdktf.out", "stacks", "b"), { recursive: true });
  writeFileSync(join(root, open), "a plan", { mode: 0o644 });
  const app = new App();
  const warnings: string[] = [];
  buildApp(app, root, {}, (line) => warnings.push(line));
  expect(warnings).toEqual([]);
  const metadata = app.node.findChild("b").node.metadata.filter(({ type }) => type === "@cdktf/warn");
  expect(metadata.map(({ data }) => data)).toEqual([
    "no inventory yet, so the stack contains only the new connection; next: repoint inventory b",
    "cdktf.out/stacks/b/plan can be read by others (0644), and a plan may contain the personal access token: delete it (rm cdktf.out/stacks/b/plan), or chmod 600 cdktf.out/stacks/b/plan while you still need it",
  ]);
});
