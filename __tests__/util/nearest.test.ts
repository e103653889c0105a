import { nearest } from "../../lib/util/nearest";

const known = ["names", "tags", "through", "connections", "workspaces"];

it.each([
  ["Names", "names"],
  ["name", "names"],
  ["nmaes", "names"],
  ["tagz", "tags"],
  ["tgas", "tags"],
  ["trough", "through"],
  ["conections", "connections"],
  ["connectoins", "connections"],
  ["workspace", "workspaces"],
  ["wrkspacse", "workspaces"],
])("takes %s for %s", (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});

it.each(["", "t", "tx", "gast", "nanny", "waves", "projects"])("takes %j for nothing known", (word) => {
  expect(nearest(word, known)).toBeUndefined();
});

it("knows nothing where nothing is known", () => {
  expect(nearest("names", [])).toBeUndefined();
});
