import { condensePlan } from "../../lib/terraform/condense-plan";

const output = `tfe_workspace.a: Preparing import... [id=ws-1]
tfe_workspace.a: Refreshing state... [id=ws-1]

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # tfe_workspace.a will be updated in-place
  ~ resource "tfe_workspace" "a" {
      ~ Plan: not the end
    }

Plan: 0 to add, 1 to change, 0 to destroy.

Changes to Outputs:
  + oauth_token_id = (known after apply)
`;

function condensed(text: string, size: number): string {
  let printed = "";
  const filter = condensePlan((part) => {
    printed += part;
  }, "see it there");
  for (let at = 0; at < text.length; at += size) filter.add(Buffer.from(text.slice(at, at + size)));
  filter.end();
  return printed;
}

it("leaves out what tells every change, wherever the chunks are cut", () => {
  const expected = `
(6 lines that show every change: see it there)

Plan: 0 to add, 1 to change, 0 to destroy.

Changes to Outputs:
  + oauth_token_id = (known after apply)
`;
  for (const size of [1, 7, 4096]) expect(condensed(output, size)).toBe(expected);
});

it("tells progress once for every 100 resources", () => {
  const lines = Array.from(
    { length: 250 },
    (_, index) => `tfe_workspace.w${index}: Refreshing state... [id=ws-${index}]\n`,
  );
  expect(condensed(lines.join(""), 64)).toBe(
    "Terraform has read 100 resources …\nTerraform has read 200 resources …\n",
  );
});

it("leaves everything else as it is", () => {
  for (const text of ["No changes. Your infrastructure matches.\n", "│ Error: Failed\n│ \n", "no line end"]) {
    expect(condensed(text, 5)).toBe(text.endsWith("\n") ? text : `${text}\n`);
  }
});
