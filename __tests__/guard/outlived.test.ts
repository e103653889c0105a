import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GuardEvent } from "../../lib/guard/event";
import { type GuardSettings, type Launched, startRunner } from "../../lib/guard/launch";
import { standIn } from "../../lib/guard/stand-in";
import { NOTHING } from "./support";

/** Speaks until it is ended, and then says so. */
const PROGRAM = 'trap "echo ended in good order; exit 7" TERM; while :; do echo at work; sleep 0.05; done';

/** Asks for what nobody expects, says what it was answered, and ends when it is interrupted. */
const BAD_PROGRAM = `
  const { HTTP_PROXY, TFE_TOKEN } = process.env;
  const { hostname: host, port, username, password } = new URL(HTTP_PROXY);
  const proxy = "Basic " + Buffer.from(username + ":" + password).toString("base64");
  const headers = { "proxy-authorization": proxy, authorization: "Bearer " + TFE_TOKEN };
  process.on("SIGINT", () => setTimeout(() => { console.log("interrupted"); process.exit(1); }, 100));
  for (const id of ["ws-1", "ws-2"])
    require("node:http")
      .request({ host, port, method: "PATCH", path: "http://tfe.example.com/api/v2/workspaces/" + id, headers })
      .on("response", ({ statusCode }) => console.log(statusCode))
      .end("{}");
  setInterval(() => {}, 1000);
`;

const ENV = { PATH: process.env.PATH };

const onFailed = ({ message }: { readonly message: string }) => {
  throw new Error(message);
};

const guardIn = (folder: string): GuardSettings => ({
  host: {
    hostname: "tfe.example.com",
    apiUrl: "http://127.0.0.1:9/api/v2/",
    token: "a token",
    tokenSource: "TFE_TOKEN",
  },
  expectation: { ...NOTHING, hostname: "tfe.example.com" },
  patVariable: "TF_VAR_gitlab_pat",
  readAhead: true,
  workspaces: [],
  consumers: { what: "use", file: join(folder, "consumers.json") },
  configurationFile: join(folder, "terraform.tfrc.json"),
  tokens: {},
  pauseFile: join(folder, "pause"),
  journal: null,
});

function start(): Launched & { readonly text: () => string; readonly pid: () => number } {
  let text = "";
  let pid = 0;
  const launched = startRunner(null, ENV, () => {}).run(
    { program: "sh", args: ["-c", PROGRAM], env: ENV, outlives: true, state: null },
    {
      onStarted: (started) => {
        pid = started;
      },
      onFailed,
    },
  );
  launched.child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  return { ...launched, text: () => text, pid: () => pid };
}

const atWork = async (program: ReturnType<typeof start>) => {
  while (!program.text().includes("at work")) await sleep(10);
};
const closed = ({ child }: Launched) =>
  new Promise<[number | null, string | null]>((resolve) => child.on("close", (...how) => resolve(how)));
const nothing = { stdout: () => {}, stderr: () => {} };

test("a program that ends has its output and its exit code", async () => {
  const program = start();
  await atWork(program);
  process.kill(program.pid(), "SIGTERM");
  expect(await closed(program)).toEqual([7, null]);
  expect(program.text()).toMatch(/ended in good order\n$/);
  expect(await program.endOutlived(nothing)).toBe(false);
});

test("a program whose process is killed is ended in good order, and its last words are heard", async () => {
  const program = start();
  await atWork(program);
  program.child.kill("SIGKILL");
  expect(await closed(program)).toEqual([null, "SIGKILL"]);
  const heard: Buffer[] = [];
  expect(await program.endOutlived({ ...nothing, stdout: (chunk) => heard.push(chunk) })).toBe(true);
  expect(Buffer.concat(heard).toString()).toMatch(/^(at work\n)*ended in good order\n$/);
});

test("where a guard was, every request is refused for good", async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
  const end = standIn(port);
  const asked = request({ port, host: "127.0.0.1", method: "PATCH", path: "http://tfe.example.com/api/v2/ping" });
  const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    asked.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve([response.statusCode, text]));
    });
    asked.on("error", reject).end("{}");
  });
  end();
  expect([status, JSON.parse(body)]).toEqual([
    403,
    {
      errors: [
        {
          status: "403",
          title: "Repoint's guard: ended",
          detail: "it was killed, and nothing is sent any more. The next plan shows what was done.",
        },
      ],
    },
  ]);
});

test("a program that asks for what nobody expects is interrupted once, and ends in its own way", async () => {
  const folder = mkdtempSync(join(tmpdir(), "repoint-refused-"));
  const events: GuardEvent[] = [];
  let text = "";
  const runner = startRunner(guardIn(folder), ENV, (event) => void events.push(event));
  const { child } = runner.run(
    { program: process.execPath, args: ["-e", BAD_PROGRAM], env: ENV, outlives: true, state: null },
    { onStarted: () => {}, onFailed },
  );
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true });
  expect([code, text]).toEqual([1, "403\n403\ninterrupted\n"]);
  expect(events.map((event) => (event.type === "refused" ? event.rule : event.type))).toEqual([
    "plan-writes-nothing",
    "stopped",
  ]);
});

test("a program that comes late runs behind the guard, in its own environment and not the runner's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "repoint-late-"));
  const runner = startRunner(guardIn(folder), { ...ENV, OURS: "ours" }, () => {});
  await sleep(500);
  expect(runner.isThere()).toBe(true);
  let text = "";
  const { child } = runner.run(
    { program: "sh", args: ["-c", SHOWS], env: { ...ENV, THEIRS: "theirs" }, outlives: false, state: null },
    { onStarted: () => {}, onFailed },
  );
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true });
  expect([text, runner.isThere()]).toEqual(["http theirs none\n", false]);
});
const SHOWS = 'echo "$(echo "$HTTP_PROXY" | cut -d: -f1) $THEIRS ${OURS:-none}"';

test.each(["end", "kill"] as const)("a runner without a program ends by %s", async (how) => {
  const folder = mkdtempSync(join(tmpdir(), "repoint-unused-"));
  const before = new Set(childrenOf(process.pid));
  const runner = startRunner(guardIn(folder), ENV, () => {});
  const [pid = 0] = childrenOf(process.pid).filter((child) => !before.has(child));
  await sleep(300);
  if (how === "end") runner.end();
  else process.kill(pid, "SIGKILL");
  while (childrenOf(process.pid).includes(pid)) await sleep(10);
  rmSync(folder, { recursive: true });
  expect(runner.isThere()).toBe(false);
});

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
