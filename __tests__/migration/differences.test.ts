import fc from "fast-check";
import { differences } from "../../lib/migration/differences";
import { NEW, vcsRepo, workspace } from "./fixtures";

it("finds nothing when the token alone differs", () => {
  expect(differences(workspace(1, { token: NEW.token }), workspace(1))).toEqual({ found: [], earlier: [] });
});

it("takes an absent value, null and an empty text as one", () => {
  const record = workspace(1);
  const { tagsRegex: _, githubAppInstallationId: __, ...short } = vcsRepo(NEW.token);
  expect(differences({ ...record, vcsRepo: { ...short, tagsRegex: "" } }, undefined).found).toEqual([]);
});

it("names every attribute of the link that differs from the baseline, and every setting that differs from before", () => {
  const before = workspace(1);
  const after = workspace(1, { name: "renamed", projectId: "prj-2", settings: { tagNames: ["a"], autoApply: true } });
  expect(
    differences(
      { ...after, vcsRepo: vcsRepo(NEW.token, { branch: "develop", identifier: "group/other", tagsRegex: "^v" }) },
      before,
    ).found,
  ).toEqual([
    'branch: "" → "develop"',
    'identifier: "group/project" → "group/other"',
    'tagsRegex: "" → "^v"',
    'name: "workspace-1" → "renamed"',
    'projectId: "prj-0000000000000001" → "prj-2"',
    "autoApply: false → true",
    'tagNames: [] → ["a"]',
  ]);
});

it("does not take for a change what an older inventory did not record", () => {
  expect(differences(workspace(1, { settings: { source: "tfe-api" } }), workspace(1)).found).toEqual([]);
});

it("has nothing to say of a link that is lost", () => {
  expect(differences(workspace(1, { token: null }), undefined).found).toEqual([]);
});

it("finds exactly the settings that were changed", () => {
  const flags = ["autoApply", "allowDestroyPlan", "globalRemoteState", "queueAllRuns", "speculativeEnabled"] as const;
  fc.assert(
    fc.property(fc.subarray([...flags]), (changed) => {
      const before = workspace(1);
      if (before.kind !== "workspace") throw new Error("a workspace");
      const turned = Object.fromEntries(changed.map((flag) => [flag, !before.settings[flag]]));
      const { found } = differences({ ...before, settings: { ...before.settings, ...turned } }, before);
      expect(found.map((line) => line.split(":")[0])).toEqual([...changed].sort());
    }),
  );
});
