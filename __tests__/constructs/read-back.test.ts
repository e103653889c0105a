import fc from "fast-check";
import { planMigration } from "../../lib/migration/plan";
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

it("gives each attachment's comment one line, whatever its names hold", () => {
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
