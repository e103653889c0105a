import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PersonalAccessToken } from "../../sandbox/gitlab/personal-access-token";
import { Random } from "../../sandbox/random";
import { type ConnectionWatch, watchConnection } from "../watch-connection";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, writes } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";
/** So many kills in all; by hand, more: REPOINT_KILLS=20. */
const KILLS = Number(process.env.REPOINT_KILLS ?? 5);

/** With the real Terraform and the real provider: what goes into the state, and what TFE holds when. */
describe("rotating the PAT", () => {
  let project: Project;
  let connection: string;
  let watch: ConnectionWatch;
  /** What TFE holds. */
  let current: PersonalAccessToken;
  const made: string[] = [];

  beforeAll(async () => {
    project = await startProject({ seed: 61, fleet: 12, requestsPerSecond: null });
    const { sandbox } = project;
    sandbox.state.authorizedRepos = true;
    project.organizationFile({ waves: [{ name: "canary", percent: 20 }], through: "canary" });
    await run("plan");
    await run("apply", "--yes");
    const found = [...sandbox.state.clients.values()].find(({ attributes }) => attributes.name === "GitLab (PAT)");
    const [first] = sandbox.gitlabState.tokens;
    if (found === undefined || first === undefined) throw new Error("there is no connection");
    connection = found.id;
    current = first;
    made.push(first.token);
    watch = watchConnection(sandbox, connection);
  });
  afterAll(async () => {
    await project.close();
  });

  const run = (command: string, ...more: string[]) => must(project.repoint([command, "sandbox", ...more]));
  const secret = () => project.sandbox.state.clients.get(connection)?.secret;
  const state = () => readFileSync(join(project.folder, "terraform.sandbox.tfstate"), "utf8");
  /** A new token in its variable, and the one that TFE holds in the connection's. */
  const another = (): PersonalAccessToken => {
    const token = project.sandbox.gitlabState.createToken({ userId: 7, name: "next" });
    made.push(token.token);
    Object.assign(project.env, { NEW_GITLAB_TOKEN: token.token, TF_VAR_gitlab_pat: current.token });
    return token;
  };
  const taken = (next: PersonalAccessToken) => {
    expect([secret(), state().includes(next.token), state().includes(current.token)]).toEqual([
      next.token,
      true,
      false,
    ]);
    expect([next.revoked, current.revoked]).toEqual([false, true]);
    current = next;
    project.env.TF_VAR_gitlab_pat = next.token;
  };

  it("exchanges the token with one request, though a wave is due, and moves nothing", async () => {
    project.organizationFile({ waves: [{ name: "canary", percent: 20 }], through: "rest" });
    const next = another();
    const onOld = onToken(project, OLD);
    const id = newToken(project);
    project.sandbox.log.clear();
    const { stdout } = await run("rotate", "--yes", "--revoke-old");
    expect(stdout).toContain("What is due to move stays where it is");
    expect(writes(project)).toEqual([`PATCH /api/v2/oauth-clients/${connection}`]);
    const [patch] = project.sandbox.log.matching({ method: "PATCH" });
    expect(JSON.parse(patch?.body ?? "")).toEqual({
      data: { type: "oauth-clients", id: connection, attributes: { "oauth-token-string": next.token } },
    });
    expect([onToken(project, OLD), newToken(project)]).toEqual([onOld, id]);
    taken(next);
    // The wave is due as before.
    const planned = await run("plan");
    expect(planned.stdout).toContain(
      `Plan: ${onOld.length} to import, 0 to add, ${onOld.length} to change, 0 to destroy.`,
    );
  });

  it("puts the token in after an apply that failed, of which the state says that it was done", async () => {
    const next = another();
    const { faults } = project.sandbox;
    faults.add({ method: "PATCH", path: "/oauth-clients/", fault: { status: 422 } });
    await must(project.repoint(["rotate", "sandbox", "--yes", "--revoke-old"]), 3);
    faults.clear();
    expect([secret(), state().includes(next.token), current.revoked]).toEqual([current.token, true, false]);
    expect((await run("status")).stdout).toContain("Next: repoint rotate sandbox (the rotation of ");
    const { stdout } = await run("rotate", "--yes", "--revoke-old");
    expect(stdout).toContain("No changes.");
    expect(stdout).toContain("Terraform's state has the new token");
    taken(next);
  });

  it("is gone on with wherever it was killed", async () => {
    const random = new Random(20_261_128);
    let kills = 0;
    while (kills < KILLS) {
      const next = another();
      for (;;) {
        const ran =
          kills < KILLS
            ? await project.killed(["rotate", "sandbox", "--yes", "--revoke-old"], 300 + random.below(9000))
            : await project.repoint(["rotate", "sandbox", "--yes", "--revoke-old"]);
        if (ran.signal === null) {
          expect([ran.code, ran.stderr.includes("error")]).toEqual([0, false]);
          break;
        }
        kills += 1;
      }
      taken(next);
    }
  });

  it("never left TFE without a token that works, asked GitLab for no rotation, and kept no token but in the state", async () => {
    expect(watch.moments()).toEqual(["works"]);
    expect(watch.rotations()).toEqual([]);
    expect(project.sandbox.unknownRequests).toEqual([]);
    for (const token of made) expect(project.printed.join("")).not.toContain(token);
    const files = new Set(made.flatMap((token) => project.filesWith(token)).map((file) => file.replace(/^.*\//, "")));
    expect([...files].filter((name) => !/^terraform\.sandbox\.tfstate(\.|$)/.test(name))).toEqual([]);
  });
});
