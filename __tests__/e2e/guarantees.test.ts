import { Random } from "../../sandbox/random";
import { countActions, differingPaths, readPlan } from "./support/plan";
import { startProject } from "./support/project";
import { onToken, resources } from "./support/records";
import type { Finished } from "./support/run";

const FLEETS = 10;

/** An organization file made from a seed: what is selected, in which waves, how far, and how the connection is scoped. */
function randomOrganizationFile(seed: number): Record<string, unknown> {
  const random = new Random(seed * 7_907);
  const kinds = ["workspace", "policy-set", "stack"];
  const scope = ["Platform", "Default Project"];
  const scoped = random.chance(0.3);
  const select = scoped
    ? { kinds: ["workspace"], projects: scope }
    : { kinds: random.some(kinds, 0.7).concat("workspace"), exclude: [{ names: ["*-1*"] }] };
  return {
    ...(scoped || random.chance(0.4) ? { select } : {}),
    ...(random.chance(0.3) ? { managedElsewhere: [{ names: ["*prod*"] }] } : {}),
    waves: [
      { name: "canary", percent: 1 + random.below(50) },
      { name: "projects", projects: ["Platform", "Team*"] },
    ],
    through: random.pick(["canary", "projects", "rest"]),
    // A connection that is limited to projects takes what is in them alone; the review refuses anything else.
    ...(scoped ? { connection: { name: "GitLab (PAT)", scope: { projects: scope } } } : {}),
  };
}

it.each(Array.from({ length: FLEETS }, (_, index) => 100 + index))(
  "keeps its promises on random fleet and organization file %i",
  async (seed) => {
    const project = await startProject({ seed, fleet: 14, extraResources: true, requestsPerSecond: null });
    try {
      const before = project.sandbox.snapshot();
      const held = onToken(project, "ot-SandboxOAuth0001");
      project.organizationFile(randomOrganizationFile(seed));
      const ended: Finished[] = [];
      for (const command of [["plan"], ["apply", "--yes"], ["plan"], ["rollback", "--yes"]] as const) {
        const [name, ...options] = command;
        ended.push(await project.repoint([name, "sandbox", ...options]));
        if (name === "apply") {
          expect(ended.at(-1)?.stdout).not.toContain("Not applied");
          const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
          expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
          await project.terraform(["plan", "-input=false", "-out=again.tfplan"]);
          const counts = countActions(readPlan(await project.showPlan("again.tfplan")));
          expect(Object.keys(counts).filter((actions) => actions !== "no-op" && actions !== "read")).toEqual([]);
        }
      }
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
      expect(ended.map(({ stdout }) => stdout).filter((stdout) => /^FAIL/m.test(stdout))).toEqual([]);
      expect(differingPaths(resources(before), resources(project.sandbox.snapshot()))).toEqual([]);
      expect(onToken(project, "ot-SandboxOAuth0001")).toEqual(held);
      expect(
        project.sandbox.log.entries.filter(({ method, path }) => method === "DELETE" && !path.includes("/tags")),
      ).toEqual([]);
      expect(project.printed.filter((text) => text.includes(project.pat))).toEqual([]);
    } finally {
      await project.close();
    }
  },
);
