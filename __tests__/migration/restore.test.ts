import type { Inventory } from "../../lib/inventory/schema";
import { planRestoration, type Restoration, standingOf } from "../../lib/migration/restore";
import { connection, inventory, NEW, OLD, OTHER, vcsRepo, workspace } from "./fixtures";

const AGAIN = "ot-againAgainAgain1";
const old = connection(OLD, "GitLab");
const idsOf = (found: Inventory, begun?: Restoration) =>
  planRestoration(found, old, { begun }).targets.map(({ id }) => id);
const [one, two, three] = [workspace(1), workspace(2), workspace(3)];

it("takes what is on the connection, and what has lost a link of its", () => {
  const lost = { ...workspace(2, { token: null }), lastVcsRepo: vcsRepo(OLD.token, { branch: "main" }) };
  const found = inventory([one, lost, workspace(3, { token: OTHER.token }), workspace(4, { gone: true })]);
  expect(planRestoration(found, old).targets.map(({ id, vcsRepo: { branch } }) => [id, branch])).toEqual([
    [one.id, ""],
    [two.id, "main"],
  ]);
});

it("leaves what has lost a link of another connection, wherever it was first seen", () => {
  const lost = { ...workspace(1, { token: null }), lastVcsRepo: vcsRepo(OTHER.token) };
  expect(idsOf(inventory([lost], { connections: [old, connection(OTHER, "Other", { gone: true })] }))).toEqual([]);
  // A token that no connection has any more says nothing: the first sight decides.
  expect(idsOf(inventory([lost], { connections: [old] }))).toEqual([lost.id]);
});

it("keeps what one that was begun has unlinked, adds what was linked since, and takes an unknown token for the new one", () => {
  const begun = planRestoration(inventory([one, two]), old);
  const renewed = { ...old, tokens: [...old.tokens, { id: AGAIN, serviceProviderUser: null, hasSshKey: false }] };
  const found = inventory([one, workspace(2, { token: null }), three, workspace(4, { token: AGAIN })]);
  const restoration = planRestoration(found, renewed, { begun });
  expect(restoration.tokenIds).toEqual([OLD.token]);
  expect(restoration.targets.map(({ id }) => id).sort()).toEqual([one.id, two.id, three.id]);
});

describe("how a target stands", () => {
  const [target] = planRestoration(inventory([workspace(1)]), old).targets;
  if (target === undefined) throw new Error("nothing is on the old connection");
  const standing = (found: ReturnType<typeof workspace>, before?: Inventory) =>
    standingOf(target, inventory([found]), new Set([AGAIN]), before);
  const linked = (changes: Partial<ReturnType<typeof vcsRepo>> = {}) => ({
    ...workspace(1),
    vcsRepo: vcsRepo(AGAIN, changes),
  });

  it.each([
    ["restored", linked()],
    ["restored", linked({ displayIdentifier: "Group / Project" })],
    ["unlinked", workspace(1, { token: null })],
    ["unlinked", { ...workspace(1), vcsRepo: vcsRepo(null) }],
    ["elsewhere", workspace(1, { token: NEW.token })],
    ["elsewhere", { ...workspace(1), vcsRepo: vcsRepo(null, { githubAppInstallationId: "ghain-1" }) }],
    ["gone", workspace(1, { gone: true })],
    ["gone", workspace(2)],
  ])("%s", (type, found) => {
    expect(standing(found)).toEqual({ type });
  });

  it("otherwise: another repository or branch, or settings that went with the link", () => {
    expect(standing(linked({ branch: "develop", identifier: "group/other" }))).toEqual({
      type: "otherwise",
      differences: ['branch: "" → "develop"', 'identifier: "group/project" → "group/other"'],
    });
    const before = inventory([workspace(1, { settings: { triggerPatterns: ["/a/*"], description: "was" } })]);
    expect(standing(linked(), before)).toEqual({
      type: "otherwise",
      differences: ['triggerPatterns: ["/a/*"] → []'],
    });
  });
});
