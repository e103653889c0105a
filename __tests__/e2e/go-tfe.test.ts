import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../sandbox";
import { run } from "./support/run";

const FOLDER = join(__dirname, "go-tfe");

/** What the suite links to. */
const REPOSITORIES = [
  "group/policies",
  "group/project",
  "group/stack",
  "group/sub/project",
  "group/terraform-aws-network",
  "group/terraform-gcp-db",
];

/** go-tfe is the client of the Terraform provider: what it takes from the sandbox, the provider takes. */
describe("go-tfe against the sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 11, fleet: 10, requestsPerSecond: null });
    for (const path of REPOSITORIES) sandbox.gitlabState.addProject(path);
  });
  afterAll(async () => {
    await sandbox.close();
  });

  it("passes the conformance suite, and asks for nothing that the sandbox has not", async () => {
    const found = spawnSync("go", ["version"], { encoding: "utf8" });
    if (found.status !== 0) {
      throw new Error("this test needs Go (1.24 or newer) in PATH: it runs go-tfe, the provider's own client");
    }
    const env = {
      ...process.env,
      TFE_ADDRESS: sandbox.tfe.url,
      TFE_TOKEN: sandbox.tfe.token,
      TFE_ORGANIZATION: "sandbox",
    };
    const { code, stdout, stderr } = await run("go", ["test", "-count=1", "./..."], { cwd: FOLDER, env });
    expect(code === 0 ? "passed" : `${stdout}\n${stderr}`).toBe("passed");
    expect(sandbox.unknownRequests).toEqual([]);
  });
});
