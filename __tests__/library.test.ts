import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdktf";
import * as library from "../lib";
import { writeProject } from "./commands/review-project";
import { fixtureText } from "./review/support";

const {
  OrganizationStack,
  Inventory,
  Known,
  Migration,
  decideRequest,
  expectReview,
  expectWrites,
  parseOrganizationFile,
  planMigration,
  readPlan,
  renderReviewPage,
  reviewPlan,
} = library;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "repoint-library-"));
  writeProject(root);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function project() {
  const text = readFileSync(join(root, "organizations", "acme.yaml"), "utf8");
  const parsed = parseOrganizationFile(text, "organizations/acme.yaml");
  if (parsed.type === "wrong") throw new Error("it is right");
  const inventory = Inventory.parse(JSON.parse(readFileSync(join(root, "inventory", "acme.json"), "utf8")));
  return { organization: parsed.organization, inventory };
}

it("takes an organization from its file to its stack, and reviews a plan of it", () => {
  const { organization, inventory } = project();
  const migration = Migration.decide(organization, inventory);
  expect(planMigration(organization, inventory)).toEqual(migration.plan);
  const stack = new OrganizationStack(Testing.app(), "acme", {
    plan: migration.plan,
    backend: organization.backend,
  });
  const review = reviewPlan(
    readPlan(fixtureText("repoint"), "plan.json"),
    expectReview(migration, { configuration: JSON.parse(JSON.stringify(stack.toTerraform())) }),
  );
  expect(review.verdict).toBe("pass");
  expect(renderReviewPage(review)).toContain("<!doctype html>");
});

it("decides what the guard does with a request", () => {
  const { organization, inventory } = project();
  const expectation = expectWrites(planMigration(organization, inventory), inventory);
  const circumstances = { expectation, known: new Known(organization.organization) };
  const none = { headers: {}, body: new Uint8Array() };
  expect(decideRequest({ method: "GET", target: "workspaces/ws-1", ...none }, circumstances)).toEqual({
    type: "forward",
  });
  expect(decideRequest({ method: "DELETE", target: "workspaces/ws-1", ...none }, circumstances)).toMatchObject({
    type: "refuse",
    rule: "method",
  });
});

it("shows what the documentation calls the library, and nothing else", () => {
  const page = readFileSync(join(__dirname, "..", "docs", "constructs.md"), "utf8");
  const undocumented = Object.keys(library).filter((name) => !page.includes(`\`${name}`));
  expect(undocumented).toEqual([]);
});
