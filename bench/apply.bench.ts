import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { wishOf } from "../lib/cli/demo-project";
import type { Io } from "../lib/cli/io";
import { run as repoint } from "../lib/cli/main";
import { requireTerraform } from "../lib/terraform/find";
import { getProvider } from "../lib/terraform/provider";
import { startSandbox } from "../sandbox";
import type { Measurement } from "./measurement";

/** Half of the fleet is on the old connection. 1,000 re-pointed workspaces: `REPOINT_BENCH_WORKSPACES=1000`. */
const WORKSPACES = Number(process.env.REPOINT_BENCH_WORKSPACES ?? 200);
const PER_SECOND = 30;

/**
 * Plan and apply with the real Terraform and provider at TFE's rate limit, beside the least time that the limit allows for the
 * requests that were made. The provider's own client keeps to two thirds of the limit (go-tfe, `configureLimiter`).
 */
export async function run(): Promise<readonly Measurement[]> {
  const provider = await getProvider(requireTerraform(process.env), process.env);
  if (provider.type === "missing") throw new Error("the provider cannot be had here");
  process.env.REPOINT_PROVIDER_MIRROR = provider.mirror;
  const sandbox = await startSandbox({ fleet: WORKSPACES * 2, requestsPerSecond: PER_SECOND });
  const folder = mkdtempSync(join(tmpdir(), "repoint-bench-"));
  try {
    mkdirSync(join(folder, "organizations"));
    const wish = (changes: Record<string, unknown>) =>
      writeFileSync(
        join(folder, "organizations", "sandbox.yaml"),
        wishOf(sandbox, provider.version, { waves: [], through: undefined, ...changes }),
      );
    wish({});
    const env = {
      ...process.env,
      HOME: folder,
      TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig,
      TF_VAR_gitlab_pat: sandbox.gitlab.pat,
    };
    const command = async (...words: string[]) => {
      const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
      const io: Io = { stdin: process.stdin, stdout: nowhere(), stderr: nowhere(), env, cwd: folder, exitCode: 0 };
      sandbox.log.clear();
      const start = performance.now();
      const code = await repoint(words, io);
      if (code !== 0) throw new Error(`repoint ${words.join(" ")} ended with ${code}`);
      const requests = sandbox.log.entries.filter(({ server }) => server === "tfe").length;
      return { seconds: (performance.now() - start) / 1000, requests };
    };
    const plan = await command("plan", "sandbox");
    const apply = await command("apply", "sandbox", "--yes");
    wish({ release: "done" });
    await command("plan", "sandbox");
    await command("apply", "sandbox", "--yes");
    const released = await command("plan", "sandbox");
    return [
      { name: `plan of ${WORKSPACES} workspaces`, value: plan.seconds, unit: "s" },
      { name: "plan: requests for each workspace", value: plan.requests / WORKSPACES, unit: "" },
      { name: `apply of ${WORKSPACES} workspaces, verification included`, value: apply.seconds, unit: "s" },
      { name: "apply: requests for each workspace", value: apply.requests / WORKSPACES, unit: "" },
      {
        name: "apply: as a multiple of requests / 30 a second",
        value: apply.seconds / (apply.requests / PER_SECOND),
        unit: "×",
        aim: 1.2,
      },
      { name: "plan on the released state", value: released.seconds, unit: "s", aim: 5 },
    ];
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
