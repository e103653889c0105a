import { gitlabCodeQuality, gitlabTerraformReport } from "../../lib/report/gitlab-review";
import { finding, large, reviewed } from "./support";

describe("gitlabTerraformReport", () => {
  it("counts what the widget shows, a replacement on both sides", () => {
    expect(JSON.parse(gitlabTerraformReport(reviewed("move")))).toEqual({ create: 1, update: 6, delete: 0 });
    expect(JSON.parse(gitlabTerraformReport(reviewed("destroy")))).toEqual({ create: 1, update: 3, delete: 2 });
    expect(JSON.parse(gitlabTerraformReport(reviewed("done")))).toEqual({ create: 0, update: 0, delete: 0 });
  });
});

describe("gitlabCodeQuality", () => {
  it("has an entry a finding, at the file that was named", () => {
    const [first] = JSON.parse(gitlabCodeQuality(reviewed("module"), "organizations/acme.yaml"));
    expect(first).toEqual({
      description: expect.stringContaining("tfe_registry_module.vpc: it would be replaced, delete then create"),
      check_name: "nothing-replaced",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: "blocker",
      location: { path: "organizations/acme.yaml", lines: { begin: 1 } },
    });
  });

  it("gives each finding its own fingerprint, the same in every run", () => {
    const review = large(1, [finding(1), finding(1), finding(2)]);
    const prints = () =>
      JSON.parse(gitlabCodeQuality(review, "x")).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(new Set(prints()).size).toBe(3);
    expect(prints()).toEqual(prints());
  });

  it("tells what is allowed as information, with its reason", () => {
    const [entry] = JSON.parse(gitlabCodeQuality(large(1, [finding(1, { allowed: "agreed" })]), "x"));
    expect(entry).toMatchObject({ severity: "info", description: expect.stringContaining("(allowed: agreed)") });
  });
});
