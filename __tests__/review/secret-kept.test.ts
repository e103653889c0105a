import { type Document, fixture, found, reviewOf } from "./support";

const PAT = "var.gitlab_pat";
const CONNECTION = "tfe_oauth_client.gitlab_pat";

function errors(change: (root: Document, document: Document) => void): readonly string[] {
  const document = fixture("repoint");
  change(document.configuration.root_module, document);
  return found(reviewOf(document)).filter((error) => error.startsWith("secret-kept"));
}

const block = (root: Document, address: string): Document =>
  root.resources.find((resource: Document) => resource.address === address);

it("passes where the token goes to the connection alone", () => {
  expect(errors(() => {})).toEqual([]);
});

const outputs: readonly (readonly [string, object])[] = [
  ["of the variable", { expression: { references: [PAT] } }],
  ["that is sensitive, and lands in the state", { expression: { references: [PAT] }, sensitive: true }],
  ["computed", { expression: { constant_value: `\${nonsensitive(sha256(${PAT}))}`, references: [PAT] } }],
  ["of the connection's argument", { expression: { references: [`${CONNECTION}.oauth_token`, CONNECTION] } }],
  ["of a whole connection", { expression: { references: [CONNECTION] } }],
];
it.each(outputs)("fails for an output %s", (_, output) => {
  expect(errors((root) => Object.assign(root.outputs, { x: output }))).toEqual(["secret-kept"]);
});

it("fails for an output that a module makes of it", () => {
  const through = (root: Document) => {
    root.module_calls = {
      m: {
        expressions: { token: { references: [PAT] } },
        module: {
          variables: { token: {} },
          outputs: {
            hash: { expression: { references: ["var.token"] } },
            other: { expression: { constant_value: 1 } },
          },
        },
      },
    };
  };
  const output = (name: string) => (root: Document) => {
    through(root);
    root.outputs.x = { expression: { references: [`module.m.${name}`, "module.m"] } };
  };
  expect(errors(output("hash"))).toEqual(["secret-kept"]);
  expect(errors(output("other"))).toEqual([]);
});

it("fails for another resource, a data source and a repetition that take it", () => {
  const address = "tfe_workspace.app_0";
  expect(
    errors((root) => Object.assign(block(root, address).expressions, { description: { references: [PAT] } })),
  ).toEqual([`secret-kept ${address}`]);
  const data = { address: "data.http.x", mode: "data", type: "http", name: "x" };
  expect(errors((root) => root.resources.push({ ...data, expressions: { url: { references: [PAT] } } }))).toEqual([
    "secret-kept data.http.x",
  ]);
  expect(errors((root) => Object.assign(block(root, address), { for_each_expression: { references: [PAT] } }))).toEqual(
    [`secret-kept ${address}`],
  );
});

const tokens: readonly (readonly [string, object, readonly string[]])[] = [
  ["a reference from HCL", { references: [PAT] }, []],
  ["a value from a vault", { references: ["data.vault_generic_secret.x.data", "data.vault_generic_secret.x"] }, []],
  ["another variable", { references: ["var.other"] }, [`secret-kept ${CONNECTION}`]],
  ["an expression", { constant_value: `\${trimspace(${PAT})}`, references: [PAT] }, [`secret-kept ${CONNECTION}`]],
  ["two variables", { references: [PAT, "var.other"] }, [`secret-kept ${CONNECTION}`]],
  ["a text", { constant_value: "some-token" }, [`secret-kept ${CONNECTION}`]],
];
it.each(tokens)("judges the connection's own token: %s", (_, expression, expected) => {
  expect(errors((root) => Object.assign(block(root, CONNECTION).expressions, { oauth_token: expression }))).toEqual(
    expected,
  );
});

it("lets the provider take a token from a sensitive variable, and nothing else", () => {
  const provider = (expressions: object) => (_: Document, document: Document) =>
    Object.assign(document.configuration.provider_config.tfe.expressions, expressions);
  expect(errors(provider({ token: { references: [PAT] } }))).toEqual([]);
  expect(errors(provider({ hostname: { references: [PAT] } }))).toEqual(["secret-kept"]);
});
