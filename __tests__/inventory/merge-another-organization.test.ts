import { UsageError } from "../../lib/errors";
import { mergeInventory } from "../../lib/inventory/merge";
import { OLD, vcsRepo } from "../migration/fixtures";
import { reading, resource } from "../migration/readings";

const now = new Date("2026-02-01T00:00:00Z");
const found = [resource("workspace", 1, vcsRepo(OLD.token))];
const before = mergeInventory(undefined, reading(found), now);

it.each([
  [{ organization: "other" }, "acme on app.terraform.io, but the organization file is for other on app.terraform.io"],
  [
    { hostname: "tfe.example.com" },
    "acme on app.terraform.io, but the organization file is for acme on tfe.example.com",
  ],
])("is refused: %j", (changes, words) => {
  expect(() => mergeInventory(before, reading(found, changes), now)).toThrow(UsageError);
  expect(() => mergeInventory(before, reading(found, changes), now)).toThrow(words);
});

it("is not meant by another spelling of the host", () => {
  const merged = mergeInventory(before, reading(found, { hostname: "App.Terraform.IO" }), now);
  expect(merged.resources).toEqual(before.resources);
});
