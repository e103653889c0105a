import fc from "fast-check";
import type { AttachmentRecord, WorkspaceSettings } from "../../lib/migration/inventory-schema";
import { planMigration } from "../../lib/migration/plan";
import { inventory, organization, vcsRepo, workspace } from "../migration/fixtures";
import { expectedFromJson, readBack, stackOf } from "./support";

/** Strings as a server may hold them, and worse. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "${",
        "%{",
        "$${",
        "%%{",
        "}",
        '"',
        "\\",
        "\n",
        "\r\n",
        "\t",
        "$",
        "%",
        "{",
        "re \\d+",
        "é",
        "😀",
        "\u2028",
        "EOT",
        "#",
        "//",
        " ",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);

function withStrings(record: AttachmentRecord, text: string, more: string): AttachmentRecord {
  if (record.kind !== "workspace") return record;
  const settings: WorkspaceSettings = {
    ...record.settings,
    workingDirectory: text,
    triggerPatterns: more === "" ? [] : [text, more],
  };
  return {
    ...record,
    name: more,
    settings,
    vcsRepo: vcsRepo("ot-oldOldOldOldOld1", { branch: text, tagsRegex: more }),
  };
}

const plan = (records: readonly AttachmentRecord[]) => planMigration(organization(), inventory(records));

it("says the same in HCL as in JSON, import and removed blocks included", async () => {
  const stack = stackOf(plan([workspace(1), workspace(2), workspace(3, { gone: true })]));
  expect(await readBack(stack.toHclTerraform().hcl)).toEqual(expectedFromJson(stack));
});

it("says the same in HCL as in JSON whatever a server's strings hold", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (text, more) => {
      const stack = stackOf(plan([withStrings(workspace(1), text, more)]));
      expect(await readBack(stack.toHclTerraform().hcl)).toEqual(expectedFromJson(stack));
    }),
    { numRuns: 200 },
  );
});
