import { condenseApply, withoutHalted } from "../../lib/terraform/condense-apply";

const output = `tfe_oauth_client.gitlab_pat: Creating...
tfe_oauth_client.gitlab_pat: Creation complete after 0s [id=oc-1]
tfe_workspace.app-1_ws_1: Importing... [id=ws-1]
tfe_workspace.app-1_ws_1: Import complete [id=ws-1]
tfe_workspace.app-1_ws_1: Modifying... [id=ws-1]
tfe_workspace.app-1_ws_1: Still modifying... [id=ws-1, 10s elapsed]
tfe_workspace.app-1_ws_1: Modifications complete after 12s [id=ws-1]
data.tfe_oauth_client.old: Reading...
data.tfe_oauth_client.old: Read complete after 0s [id=oc-2]

Warning: Applied changes may be incomplete

  tfe_workspace.app: something to read


Apply complete! Resources: 1 imported, 1 added, 1 changed, 0 destroyed.
`;

function condensed(size: number, full = false): { shown: string; logged: string } {
  let [shown, logged] = ["", ""];
  const sink = condenseApply(
    (text) => {
      shown += text;
    },
    (text) => {
      logged += text;
    },
    full,
  );
  for (let at = 0; at < output.length; at += size) sink.add(Buffer.from(output.slice(at, at + size)));
  sink.end();
  return { shown, logged };
}

it("shows what is not about a single resource, and logs everything, wherever the chunks are cut", () => {
  for (const size of [1, 7, 4096]) {
    const { shown, logged } = condensed(size);
    expect(logged).toBe(output);
    expect(shown).toBe(`Warning: Applied changes may be incomplete

  tfe_workspace.app: something to read

Apply complete! Resources: 1 imported, 1 added, 1 changed, 0 destroyed.
`);
  }
});

it("shows everything where that is asked for", () => {
  expect(condensed(13, true)).toEqual({ shown: output, logged: output });
});

test("an interrupt's errors, one for each resource that is left, are taken out from between what Terraform met", () => {
  const halted = "\nError: execution halted\n\n";
  const met = "\nError: Error updating workspace ws-1: Repoint's guard: stopped\n\n  with tfe_workspace.a,\n\n";
  expect(withoutHalted(`${halted}${halted}${met}${halted}${halted}`)).toBe(met);
  expect(withoutHalted(met)).toBe(met);
});
