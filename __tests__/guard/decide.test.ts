import { decide } from "../../lib/guard/decide";
import { NEW } from "../migration/fixtures";
import { circumstances, knownWith, providersPatch, request, WORKSPACE } from "./facts";

const path = `workspaces/${WORKSPACE}`;

it("narrows the provider's PATCH of a workspace to its token", () => {
  expect(decide(request("PATCH", path, providersPatch()), circumstances())).toEqual({
    type: "send",
    subject: { kind: "workspace", id: WORKSPACE, name: "workspace-1" },
    what: "re-pointed",
    body: { data: { type: "workspaces", id: WORKSPACE, attributes: { "vcs-repo": { "oauth-token-id": NEW.token } } } },
  });
});

it("asks for a reading first where there is none", () => {
  expect(decide(request("PATCH", path, providersPatch()), circumstances({ known: knownWith() }))).toEqual({
    type: "read-first",
    kind: "workspace",
    id: WORKSPACE,
    path: `${path}?include=effective_tag_bindings`,
  });
});

it("refuses what changes more than the token", () => {
  expect(decide(request("PATCH", path, providersPatch({ "queue-all-runs": true })), circumstances())).toEqual({
    type: "refuse",
    rule: "changes-more",
    message:
      "PATCH /workspaces/ws-0000000000000001: it would change more of workspace-1 than its token: queue-all-runs: false → true. Only the token changes: everything else that is sent is as the server has it. Make a new plan, look at what it changes, and apply that.",
  });
});
