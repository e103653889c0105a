import { componentByHand, stepsByHand } from "../../lib/migration/manual-steps";
import { Migration } from "../../lib/migration/migration";
import { connection, inventory, OLD, organization, registryModule, vcsRepo, workspace } from "./fixtures";

const found = inventory([]);

it("names everything that has to be entered again to publish a module", () => {
  const record = registryModule(1, { token: OLD.token });
  const link = vcsRepo(OLD.token, { tags: true, tagPrefix: "net-", sourceDirectory: "modules/net" });
  expect(stepsByHand({ ...record, vcsRepo: link }, Migration.decide(organization(), found)).whole).toBe(
    "keep the old connection for it, or delete private/acme/module-1/aws with its versions; publish it again, through GitLab (PAT) (oc-newNewNewNewNew1), from group/project, versions from tags, tag prefix net-, source directory modules/net; wait for its versions (first read docs/how-to/registry-modules.md)",
  );
  if (record.kind !== "registry-module") throw new Error("not a module");
  const tested = { ...record, settings: { ...record.settings, testsEnabled: true, noCode: true } };
  expect(
    stepsByHand({ ...tested, vcsRepo: vcsRepo(OLD.token, { branch: "main" }) }, Migration.decide(organization(), found))
      .whole,
  ).toContain("from group/project, branch main, tests enabled, no-code provisioning;");
});

it("says by which name the new connection will be known, before it is there", () => {
  const before = inventory([], { connections: [connection(OLD, "GitLab")] });
  expect(stepsByHand(workspace(1, { token: null }), Migration.decide(organization(), before)).whole).toBe(
    'link it in TFE, through "GitLab (PAT)", to group/project, default branch',
  );
});

it("parts what several share from what differs, so that each of both stands once", () => {
  const link = vcsRepo(OLD.token);
  const parts = [
    stepsByHand(registryModule(1, { token: OLD.token }), Migration.decide(organization(), found)),
    stepsByHand(workspace(1, { token: OLD.token }), Migration.decide(organization(), found)),
    componentByHand(link, Migration.decide(organization(), found)),
  ].map(({ shared, own }) => `${shared} | ${own}`);
  expect(parts).toMatchInlineSnapshot(`
    [
      "keep the old connection for them, or delete each with its versions; publish it again, through GitLab (PAT) (oc-newNewNewNewNew1), from the repository listed with it; wait for its versions (first read docs/how-to/registry-modules.md) | private/acme/module-1/aws, from group/project, default branch",
      "link each in TFE, through GitLab (PAT) (oc-newNewNewNewNew1), to the repository listed with it | group/project, default branch",
      "keep the old connection for them, or publish each again, through GitLab (PAT) (oc-newNewNewNewNew1), from the repository listed with it (docs/how-to/registry-modules.md) | group/project, versions from tags",
    ]
  `);
});
