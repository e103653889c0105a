import { changesSince } from "../../lib/guard/changed-since";
import { OLD, OTHER, vcsRepo, workspace } from "../migration/fixtures";

it("finds what an apply of an older plan would set back", () => {
  const planned = workspace(1);
  const changes = (now: typeof planned, before = planned) => changesSince(before, now);
  expect(changes(planned)).toEqual([]);
  expect(changes(workspace(1, { gone: true }))).toEqual(["it no longer exists"]);
  expect(changes({ ...planned, name: "renamed" })).toEqual(['name: "workspace-1" → "renamed"']);
  expect(changes(workspace(1, { token: OTHER.token }))).toEqual([`its token: ${OLD.token} → ${OTHER.token}`]);
  expect(changes(workspace(1, { token: null }))).toEqual(["its VCS link was removed"]);
  expect(changes(workspace(1, { settings: { workingDirectory: "a" } }))).toEqual(['workingDirectory: "" → "a"']);
  expect(changes({ ...planned, vcsRepo: vcsRepo(OLD.token, { branch: "main" }) })).toEqual(['branch: "" → "main"']);
  expect(changes(planned, workspace(1, { token: null }))).toEqual(["it has a VCS link again"]);
});
