import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changedPaths, countActions, readPlan } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { must } from "./support/run";

/** Provider-side settings that have no counterpart in the API: the provider adds them to the state when it imports. */
const CONFIG_ONLY = ["force_delete"];

const planned = async (project: Project) => {
  await project.terraform(["plan", "-input=false", "-out=plan.tfplan"]);
  return readPlan((await project.terraform(["show", "-json", "plan.tfplan"])).stdout);
};

describe.each(["terraform", "cdktf"] as const)(
  "a fleet of 60 workspaces, half on the old connection, by %s",
  (tool) => {
    let project: Project;
    let before: unknown;
    let selected: readonly string[];

    beforeAll(async () => {
      project = await startProject({ seed: tool === "terraform" ? 1 : 2, fleet: 60 });
      before = project.sandbox.snapshot();
      await must(project.repoint(["inventory", "sandbox"]));
      const inventory: unknown = JSON.parse(readFileSync(join(project.folder, "inventory", "sandbox.json"), "utf8"));
      selected = adopted(inventory);
      await project.cdktf(["synth"]);
    });
    afterAll(async () => {
      await project.close();
    });

    it("plans 1 connection to add, 30 imports with one attribute each, and nothing else", async () => {
      expect(selected).toHaveLength(30);
      await project.terraform(["init", "-input=false"]);
      const changes = await planned(project);
      expect(countActions(changes)).toEqual({ create: 1, update: 30, import: 30 });
      const differing = new Set(
        changes.filter(({ change }) => change.importing !== undefined).map((change) => changedPaths(change).join(" ")),
      );
      for (const paths of differing) {
        expect(paths.split(" ").filter((path) => !CONFIG_ONLY.includes(path))).toEqual(["vcs_repo.0.oauth_token_id"]);
      }
    });

    it("changes the token of those workspaces and nothing else on the server", async () => {
      project.sandbox.log.clear();
      if (tool === "terraform") await project.terraform(["apply", "-input=false", "plan.tfplan"]);
      else await project.cdktf(["deploy", "sandbox", "--auto-approve"]);

      const writes = project.sandbox.log.entries.filter(({ method }) => method !== "GET");
      const written = writes.map(({ method, path }) => `${method} ${path}`).sort();
      expect(written).toEqual(
        [
          "POST /api/v2/organizations/sandbox/oauth-clients",
          ...selected.map((id) => `PATCH /api/v2/workspaces/${id}`),
        ].sort(),
      );
      for (const { body } of writes) {
        for (const name of CONFIG_ONLY) expect(String(body)).not.toContain(name.replaceAll("_", "-"));
      }
      const { oldToken, newToken } = tokens(project);
      const expected = JSON.stringify(workspaces(before), null, 1).replaceAll(oldToken, newToken);
      expect(JSON.stringify(workspaces(project.sandbox.snapshot()), null, 1)).toBe(expected);
    });

    it("plans nothing the second time", async () => {
      await project.terraform(["plan", "-input=false", "-detailed-exitcode"]);
      if (tool === "cdktf") {
        const { stdout } = await project.cdktf(["diff", "sandbox"]);
        expect(stdout).toContain("No changes");
      }
    });

    it("leaves the personal access token in the state and nowhere else", () => {
      const files = project.filesWith(project.pat).map((file) => file.slice(project.folder.length + 1));
      // The plan file that this test asked Terraform for holds it too; Repoint's own runs delete theirs.
      expect(files.filter((file) => !/plan\.tfplan$/.test(file))).toEqual(["terraform.sandbox.tfstate"]);
      expect(project.printed.filter((text) => text.includes(project.pat))).toEqual([]);
    });
  },
);

function adopted(inventory: unknown): readonly string[] {
  const { attachments } = inventory as { attachments: { id: string; adopted: boolean }[] };
  return attachments.filter((record) => record.adopted).map(({ id }) => id);
}

function workspaces(snapshot: unknown): unknown {
  return (snapshot as { workspaces: unknown }).workspaces;
}

function tokens(project: Project): { oldToken: string; newToken: string } {
  const oldToken = project.sandbox.organizations[0]?.oldConnection.tokenId;
  const inventory = JSON.stringify(project.sandbox.snapshot());
  const state = readFileSync(join(project.folder, "terraform.sandbox.tfstate"), "utf8");
  const newToken = /"oauth_token_id": "(ot-[A-Za-z0-9]{16})"/.exec(state)?.[1];
  if (oldToken === undefined || newToken === undefined || !inventory.includes(newToken)) throw new Error("no tokens");
  return { oldToken, newToken };
}
