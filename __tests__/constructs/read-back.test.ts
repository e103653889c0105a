import fc from "fast-check";
import { planMigration } from "../../lib/migration/migration";
import { inventory, organization, workspace } from "../migration/fixtures";
import { hostile, planOf } from "./hostile";
import { expectedFromJson, readBack, stackOf } from "./support";

it("says the same in HCL as in JSON, import and removed blocks included", async () => {
  const stack = stackOf(
    planMigration(organization(), inventory([workspace(1), workspace(2), workspace(3, { gone: true })])),
  );
  expect(await readBack(stack.toHclTerraform().hcl)).toEqual(expectedFromJson(stack));
});

it("says the same in HCL as in JSON for every kind, whatever a server's strings hold", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (text, more) => {
      const stack = stackOf(planOf(text, more));
      expect(await readBack(stack.toHclTerraform().hcl)).toEqual(expectedFromJson(stack));
    }),
    { numRuns: 60 },
  );
});

it("keeps a server's strings as they are: Terraform reads back the very text", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      fc.pre(!text.includes("{TfToken["));
      const { hcl } = stackOf(planOf(`x${text}`, "y")).toHclTerraform();
      const read = await readBack(hcl);
      // hcl2json gives templates back as they stand, so a literal `${` is still doubled.
      const literal = `x${text}`.replace(/[$%](?=\{)/g, (sign) => sign + sign).normalize("NFC");
      expect(read).toMatchObject({
        import: expect.arrayContaining([{ id: literal, to: "${tfe_workspace.patterns}" }]),
        resource: { tfe_stack: { edge: [{ description: literal, working_directory: literal }] } },
      });
    }),
    { numRuns: 25 },
  );
});

it.each([
  ["${TfToken[TOKEN.0]}", '${"$"}{TfToken[TOKEN.0]}'],
  ['a ${b} $${TfToken[TOKEN.0]} "', 'a $${b} ${"$$"}{TfToken[TOKEN.0]} \\"'],
  ["#{TfToken[TOKEN.1]}", '${"#"}{TfToken[TOKEN.1]}'],
  ["&{TfToken[TOKEN.1]}", '${"&"}{TfToken[TOKEN.1]}'],
  ["String Map Token Value", '${"S"}tring Map Token Value'],
])("takes %s for text, although it is cdktf's notation for a reference", (text, written) => {
  const { hcl } = stackOf(planOf(text, "${y}")).toHclTerraform();
  // The connection's token, the condition on it (twice), and what the condition's message names.
  expect(hcl.match(/var\.gitlab_pat/g)).toHaveLength(4);
  const lines = hcl.split("\n").map((line) => line.trim().replace(/ += /, " = "));
  expect(lines).toContain(`working_directory = "${written}"`);
  expect(lines).toContain(`name = "${written}"`);
  // What stands around it keeps its own escapes.
  expect(hcl).toContain(`private/${written}/${written}/$\${y}/mod-1"`);
});

it("gives each resource's comment one line, whatever its names hold", () => {
  fc.assert(
    fc.property(hostile, hostile, (text, more) => {
      const comments = stackOf(planOf(text, more))
        .toHclTerraform()
        .hcl.split("\n")
        .filter((line) => line.startsWith("# "));
      expect(comments).toHaveLength(5);
      expect(comments.at(-1)).toMatch(/^# st-1 · project .* · wave .* · from [^\r\n\u2028]*$/);
    }),
    { numRuns: 25 },
  );
});
