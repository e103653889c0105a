import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addToken } from "../../sandbox/tfe/state/add-connection";
import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { resources } from "./support/records";
import { must } from "./support/run";

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };

/** Restoring needs no Terraform; it is here because it kills real processes. */
describe("restoring, killed at any moment", () => {
  let project: Project;
  beforeAll(async () => {
    project = await startProject({ seed: 41, fleet: 20, extraResources: true, requestsPerSecond: null });
    project.sandbox.faults.add({
      method: "PATCH",
      path: /\/(workspaces|policy-sets|stacks|registry-modules)\//,
      fault: { delayMs: 80 },
    });
  });
  afterAll(async () => {
    await project.close();
  });

  it("links everything again as it was, after 8 kills", async () => {
    const { sandbox } = project;
    const before = sandbox.snapshot();
    const client = sandbox.state.clients.get(OLD.connection);
    if (client === undefined) throw new Error("there is no old connection");
    // A person who authorizes whenever the connection has no token.
    const person = setInterval(() => {
      if (client.tokenIds.length === 0) addToken(sandbox.state, client, "2026-01-01T00:00:00.000Z");
    }, 100);
    const args = ["restore", "sandbox", "--revoke", "--yes", "--poll", "0.05", "--wait", "1"];
    try {
      for (const moment of [250, 400, 500, 600, 700, 800, 950, 1100]) {
        if ((await project.killed(args, moment)).signal === null) break;
      }
      const { stdout } = await must(project.repoint(args));
      expect(stdout).toContain("21 of 21 VCS-connected resources linked as recorded.");
    } finally {
      clearInterval(person);
    }
    const [token = ""] = client.tokenIds;
    const now: Record<string, unknown> = JSON.parse(JSON.stringify(sandbox.snapshot()).replaceAll(token, OLD.token));
    const differing = differingPaths(resources(before), resources(now));
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.webhook-url"))).toEqual([]);
  });

  it("links what a file says, after 5 kills", async () => {
    const { sandbox } = project;
    const own = new Set(sandbox.state.clients.get(OLD.connection)?.tokenIds);
    const unlinked = [...sandbox.state.workspaces.values()].filter(
      ({ vcsRepo }) => !own.has(vcsRepo?.["oauth-token-id"] ?? ""),
    );
    expect(unlinked).toHaveLength(10);
    for (const workspace of unlinked) workspace.vcsRepo = null;
    const before = sandbox.snapshot();
    const links = unlinked.map(({ id }, index) => `${id}: group/project-${index}@main\n`);
    writeFileSync(join(project.folder, "links.yaml"), links.join(""));
    const args = ["restore", "sandbox", "--authorized", "--links", "links.yaml", "--yes"];
    for (const moment of [400, 600, 800, 1000, 1200]) {
      if ((await project.killed(args, moment)).signal === null) break;
    }
    await must(project.repoint(args));
    const linked = unlinked.map(({ vcsRepo }) => `${vcsRepo?.identifier}@${vcsRepo?.branch}`);
    expect(linked).toEqual(unlinked.map((_, index) => `group/project-${index}@main`));
    const ids = new Set(unlinked.map(({ id }) => id));
    const changed = differingPaths(resources(before), resources(sandbox.snapshot()));
    expect(changed.filter((path) => ![...ids].some((id) => path.includes(id)))).toEqual([]);
  });
});
