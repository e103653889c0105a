import { kindOf, type ResourceKind } from "../../lib/kinds";

const link = { identifier: "group/project", branch: "", oauthTokenId: "ot-1", ingressSubmodules: true };
const now = {
  id: "st-1",
  type: "stacks",
  attributes: {
    name: "network",
    description: "What others build on",
    "speculative-enabled": true,
    "working-directory": "a",
    "vcs-repo": null,
  },
  relationships: { "agent-pool": { data: { id: "apool-1", type: "agent-pools" } } },
};
const document = (kind: ResourceKind) => {
  const { linkInApiWords, linkDocument } = kindOf(kind);
  return linkDocument("x-1", linkInApiWords(link), now);
};

it("sends with a stack's link what the server would reset without it", () => {
  expect(document("stack")).toEqual({
    data: {
      type: "stacks",
      id: "x-1",
      attributes: {
        name: "network",
        description: "What others build on",
        "speculative-enabled": true,
        "vcs-repo": { identifier: "group/project", "oauth-token-id": "ot-1" },
      },
      relationships: { "agent-pool": { data: { id: "apool-1", type: "agent-pools" } } },
    },
  });
});

it.each([
  ["workspace", "workspaces", { branch: "", "ingress-submodules": true, "tags-regex": "" }],
  ["policy-set", "policy-sets", { branch: "", "ingress-submodules": true }],
] as const)("sends the link of a %s alone", (kind, type, more) => {
  expect(document(kind)).toEqual({
    data: {
      type,
      id: "x-1",
      attributes: { "vcs-repo": { identifier: "group/project", "oauth-token-id": "ot-1", ...more } },
    },
  });
});
