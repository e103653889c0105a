import fc from "fast-check";
import { retirements } from "../../lib/migration/retire";
import { connection, inventory, NEW, OLD, OTHER, organization, workspace } from "./fixtures";

const moved = [workspace(1, { token: NEW.token }), workspace(2, { token: OTHER.token }), workspace(3, { token: null })];
const ready = { type: "ready", id: OLD.connection, name: "GitLab" };

it("lets an old connection go to which nothing refers", () => {
  expect(retirements(organization(), inventory(moved))).toEqual([ready]);
  const counted = connection(OLD, "GitLab", { affectedWorkspacesCount: 0 });
  const found = inventory(moved, { connections: [connection(NEW, "GitLab (PAT)"), counted] });
  expect(retirements(organization(), found)).toEqual([ready]);
});

it("counts one that is gone, or was never there, as retired", () => {
  const gone = inventory(moved, { connections: [connection(OLD, "GitLab", { gone: true })] });
  expect(retirements(organization({ from: [OLD.connection, "oc-none"] }), gone)).toEqual([
    { type: "retired", id: OLD.connection },
    { type: "retired", id: "oc-none" },
  ]);
});

it("refuses while something refers to it, and says what", () => {
  const found = inventory([...moved, workspace(4), workspace(5, { first: OTHER, token: OLD.token, adopted: false })]);
  expect(retirements(organization(), found)).toEqual([
    {
      ...ready,
      type: "refused",
      hidden: false,
      reasons: ["2 resources still use it"],
      referrers: [
        { kind: "workspace", id: workspace(4).id, name: "workspace-4" },
        { kind: "workspace", id: workspace(5).id, name: "workspace-5" },
      ],
    },
  ]);
});

it("refuses while a Stack component refers to it", () => {
  const vcsRepo = { identifier: "group/eks", oauthTokenId: OLD.token };
  const found = inventory(moved, { stackComponents: [{ id: "comp-1", name: "eks", vcsRepo }] });
  expect(retirements(organization(), found)).toMatchObject([
    { type: "refused", hidden: false, referrers: [{ kind: "stack-component", id: "comp-1", name: "eks" }] },
  ]);
});

it("does not count what is gone", () => {
  expect(retirements(organization(), inventory([workspace(1, { gone: true })]))).toEqual([ready]);
});

it.each([
  [
    "TFE counts workspaces that were not found",
    { connections: [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { affectedWorkspacesCount: 3 })] },
    "TFE counts 3 affected workspaces, but the inventory found 0",
  ],
  [
    "there is no new connection",
    { connections: [connection(OLD, "GitLab")] },
    "the new connection does not exist, or has no token",
  ],
  [
    "the new connection has lost its token",
    { connections: [connection(NEW, "GitLab (PAT)", { tokens: [] }), connection(OLD, "GitLab")] },
    "the new connection does not exist, or has no token",
  ],
])("refuses when %s", (_, changes, reason) => {
  expect(retirements(organization(), inventory([], changes))).toEqual([
    { ...ready, type: "refused", hidden: false, reasons: [reason], referrers: [] },
  ]);
});

it("refuses when there may be what the token may not see", () => {
  expect(retirements(organization(), inventory([]), ["policy-set", "stack"])).toEqual([
    {
      ...ready,
      type: "refused",
      hidden: true,
      reasons: ["the token cannot see policy-sets, stacks, and some may use it"],
      referrers: [],
    },
  ]);
});

it("is ready never while anything refers to it, whatever the fleet", () => {
  const fleet = fc.array(
    fc.record({
      token: fc.constantFrom(OLD.token, NEW.token, OTHER.token, null),
      gone: fc.boolean(),
      adopted: fc.boolean(),
      first: fc.constantFrom(OLD, OTHER, NEW),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(fleet, fc.option(fc.nat({ max: 3 })), (options, affectedWorkspacesCount) => {
      const resources = options.map((each, number) => workspace(number, each));
      const connections = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { affectedWorkspacesCount })];
      const [verdict] = retirements(organization(), inventory(resources, { connections }));
      const on = options.filter(({ token, gone }) => token === OLD.token && !gone).length;
      expect(verdict?.type).toBe(on === 0 && (affectedWorkspacesCount ?? 0) === 0 ? "ready" : "refused");
    }),
  );
});
