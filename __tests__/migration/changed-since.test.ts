import { changedSince } from "../../lib/migration/changed-since";
import type { AttachmentRecord, Inventory } from "../../lib/migration/inventory-schema";
import { connection, inventory, NEW, OLD, OTHER, vcsRepo, workspace } from "./fixtures";

function changes(
  before: AttachmentRecord,
  now: readonly AttachmentRecord[],
  connections?: Inventory["connections"],
): readonly string[] {
  const later = inventory(now, connections === undefined ? {} : { connections });
  return changedSince(inventory([before]), later, new Set([before.id])).map(({ what }) => what);
}

it("finds what an apply of an older plan would set back", () => {
  const planned = workspace(1);
  expect(changes(planned, [planned])).toEqual([]);
  expect(changes(planned, [])).toEqual(["it no longer exists"]);
  expect(changes(planned, [workspace(1, { gone: true })])).toEqual(["it no longer exists"]);
  expect(changes(planned, [{ ...planned, name: "renamed" }])).toEqual(['name: "workspace-1" → "renamed"']);
  expect(changes(planned, [workspace(1, { token: OTHER.token })])).toEqual([
    `its token: ${OLD.token} → ${OTHER.token}`,
  ]);
  expect(changes(planned, [workspace(1, { token: null })])).toEqual(["its VCS link was removed"]);
  expect(changes(planned, [workspace(1, { settings: { workingDirectory: "a" } })])).toEqual([
    'workingDirectory: "" → "a"',
  ]);
  expect(changes(planned, [{ ...planned, vcsRepo: vcsRepo(OLD.token, { branch: "main" }) }])).toEqual([
    'branch: "" → "main"',
  ]);
  expect(changes(workspace(1, { token: null }), [planned])).toEqual(["it has a VCS link again"]);
});

it("takes a link that was lost with its connection for no change: the plan restores it", () => {
  const gone = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone: true })];
  const revoked = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { tokens: [] })];
  for (const connections of [gone, revoked]) {
    expect(changes(workspace(1), [workspace(1, { token: null })], connections)).toEqual([]);
  }
});

it("looks at nothing that the plan leaves alone", () => {
  expect(changedSince(inventory([workspace(1)]), inventory([]), new Set())).toEqual([]);
});
