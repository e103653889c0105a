import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changedPaths, countActions, differingPaths, readPlan } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { must } from "./support/run";

/**
 * What a plan shows beside the token, by name: settings of the provider alone, which an import leaves unset, and a computed
 * attribute that the provider does not read for workspaces whose state is shared with the whole organization.
 * The second test proves that no request carries them.
 */
const PROVIDER_ONLY = ["force_delete", "ignore_additional_tags", "remote_state_consumer_ids"];

const planned = async (project: Project) => {
  await project.terraform(["plan", "-input=false", "-out=plan.tfplan"]);
  return readPlan(await project.showPlan("plan.tfplan"));
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
      // Without the guard, what would lose a setting is left out.
      selected = adopted(inventory).filter((id) => !project.leftAlone.includes(id));
      await project.cdktf(["synth"]);
    });
    afterAll(async () => {
      await project.close();
    });

    it("plans 1 connection to add, an import with one attribute each, and nothing else", async () => {
      const moving = 30 - project.leftAlone.length;
      expect(moving).toBeGreaterThan(20);
      expect(selected).toHaveLength(moving);
      await project.terraform(["init", "-input=false"]);
      const changes = await planned(project);
      expect(countActions(changes)).toEqual({ create: 1, update: moving, import: moving });
      const differing = new Set(
        changes.filter(({ change }) => change.importing !== undefined).map((change) => changedPaths(change).join(" ")),
      );
      for (const paths of differing) {
        expect(paths.split(" ").filter((path) => !PROVIDER_ONLY.includes(path))).toEqual(["vcs_repo.0.oauth_token_id"]);
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
        for (const name of PROVIDER_ONLY) expect(String(body)).not.toContain(name.replaceAll("_", "-"));
      }
      const { oldToken, newToken } = tokens(project);
      const expected = moved(workspaces(before), selected, oldToken, newToken);
      expect(differingPaths(expected, workspaces(project.sandbox.snapshot()))).toEqual([]);
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
  const { resources } = inventory as { resources: { id: string; adopted: boolean }[] };
  return resources.filter((record) => record.adopted).map(({ id }) => id);
}

function workspaces(snapshot: unknown): unknown {
  return (snapshot as { workspaces: unknown }).workspaces;
}

function moved(records: unknown, ids: readonly string[], from: string, to: string): unknown {
  const entries = Object.entries(Object(records)).map(([id, record]) =>
    ids.includes(id) ? [id, JSON.parse(JSON.stringify(record).replaceAll(from, to))] : [id, record],
  );
  return Object.fromEntries(entries);
}

function tokens(project: Project): { oldToken: string; newToken: string } {
  const oldToken = project.sandbox.organizations[0]?.oldConnection.tokenId;
  const inventory = JSON.stringify(project.sandbox.snapshot());
  const state = readFileSync(join(project.folder, "terraform.sandbox.tfstate"), "utf8");
  const newToken = /"oauth_token_id": "(ot-[A-Za-z0-9]{16})"/.exec(state)?.[1];
  if (oldToken === undefined || newToken === undefined || !inventory.includes(newToken)) throw new Error("no tokens");
  return { oldToken, newToken };
}
