import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNotReplaced } from "../../lib/files/replaceable";
import { type StateServer, startStateServer } from "../../lib/guard/state-server";

let folder: string;
let server: StateServer;
let troubles: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "repoint-state-"));
  troubles = [];
  server = await startStateServer({ file: at("s.tfstate"), onTrouble: (text) => void troubles.push(text) });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");
const modeOf = (name: string) => (statSync(at(name)).mode & 0o777).toString(8);
const state = (serial: number, lineage = "l-1") => JSON.stringify({ version: 4, serial, lineage, resources: [] });
const lockInfo = (id: string) =>
  JSON.stringify({ ID: id, Operation: "OperationTypeApply", Who: "ann@build", Created: "2026-01-01T00:00:00Z" });

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** As Terraform asks. */
function ask(method: string, body = "", { query = "", password = server.env.TF_HTTP_PASSWORD } = {}): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`repoint:${password}`).toString("base64")}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.env.TF_HTTP_ADDRESS}${query}`,
      { method, headers: { authorization, "content-length": Buffer.byteLength(body) } },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += String(chunk);
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on("error", reject).end(body);
  });
}
const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;

it("serves a run from its first reading to its last save", async () => {
  expect(await status("LOCK", lockInfo("one"))).toBe(200);
  expect(await status("GET")).toBe(204);
  expect(await status("POST", state(1), { query: "?ID=one" })).toBe(200);
  expect(await status("POST", state(2), { query: "?ID=one" })).toBe(200);
  expect(await ask("GET")).toEqual({ status: 200, text: state(2) });
  expect(await status("UNLOCK", lockInfo("one"))).toBe(200);
  expect([read("s.tfstate"), modeOf("s.tfstate"), readdirSync(folder), troubles]).toEqual([
    state(2),
    "600",
    ["s.tfstate"],
    [],
  ]);
});

it("keeps what a run found beside it, once a run, and leaves the file's mode as it is", async () => {
  writeFileSync(at("s.tfstate"), state(5), { mode: 0o640 });
  for (const [id, serials] of [
    ["one", [6, 7]],
    ["two", [8]],
  ] as const) {
    await status("LOCK", lockInfo(id));
    await status("GET");
    for (const serial of serials) await status("POST", state(serial), { query: `?ID=${id}` });
    await status("UNLOCK", lockInfo(id));
    expect(read("s.tfstate.backup")).toBe(state(serials[0] - 1));
  }
  expect([read("s.tfstate"), modeOf("s.tfstate"), modeOf("s.tfstate.backup")]).toEqual([state(8), "640", "640"]);
});

it("takes a state again whose first answer was lost", async () => {
  writeFileSync(at("s.tfstate"), state(5));
  await status("GET");
  expect([await status("POST", state(6)), await status("POST", state(6)), read("s.tfstate")]).toEqual([
    200,
    200,
    state(6),
  ]);
});

it("overwrites nothing that another program wrote meanwhile", async () => {
  writeFileSync(at("s.tfstate"), state(5));
  await status("GET");
  writeFileSync(at("s.tfstate"), state(6));
  expect([await status("POST", state(7)), read("s.tfstate")]).toEqual([409, state(6)]);
  expect(troubles).toEqual([
    `the Terraform state ${at("s.tfstate")} was not read or written: another program has changed the file since this run read it`,
  ]);
});

it("says who holds the state, by its own lock and by the one that Terraform's local backend leaves", async () => {
  await status("LOCK", lockInfo("one"));
  expect(await ask("LOCK", lockInfo("two"))).toEqual({ status: 423, text: lockInfo("one") });
  expect(await status("POST", state(1), { query: "?ID=two" })).toBe(423);
  expect(await status("UNLOCK", lockInfo("two"))).toBe(409);
  expect(await status("UNLOCK", lockInfo("one"))).toBe(200);
  writeFileSync(at(".s.tfstate.lock.info"), lockInfo("theirs"));
  expect(await ask("LOCK", lockInfo("two"))).toEqual({ status: 423, text: lockInfo("theirs") });
  expect(troubles.at(-1)).toMatch(
    /is locked, according to .*lock\.info: OperationTypeApply by ann@build, since 2026-01-01T00:00:00Z$/,
  );
});

it("follows a symbolic link, for the state and for the lock beside it", async () => {
  mkdirSync(at("elsewhere"));
  writeFileSync(at("elsewhere/real.tfstate"), state(5));
  symlinkSync("elsewhere/real.tfstate", at("s.tfstate"));
  await status("GET");
  expect(await status("POST", state(6))).toBe(200);
  expect([lstatSync(at("s.tfstate")).isSymbolicLink(), read("elsewhere/real.tfstate")]).toEqual([true, state(6)]);
  writeFileSync(at("elsewhere/.real.tfstate.lock.info"), lockInfo("theirs"));
  expect(await status("LOCK", lockInfo("one"))).toBe(423);
});

it("leaves the state whole where it cannot be written, and says why", async () => {
  writeFileSync(at("s.tfstate"), state(5));
  // A folder in the backup's place: no right is needed for it to fail, which root always has.
  mkdirSync(at("s.tfstate.backup"));
  await status("GET");
  expect([await status("POST", state(6)), read("s.tfstate")]).toEqual([409, state(5)]);
  expect(troubles).toEqual([expect.stringMatching(/s\.tfstate\.backup cannot be used: it is a folder/)]);
});

it("gives no half a state, and takes none", async () => {
  writeFileSync(at("s.tfstate"), state(5));
  expect(await status("POST", state(6).slice(0, 20))).toBe(409);
  writeFileSync(at("s.tfstate"), state(5).slice(0, 20));
  expect([await status("GET"), await status("POST", state(6)), read("s.tfstate")]).toEqual([
    409,
    409,
    state(5).slice(0, 20),
  ]);
});

it("removes what a killed run left half-written beside the state, which holds the token", async () => {
  writeFileSync(at(".s.tfstate.0123456789ab.tmp"), "glpat-planted");
  writeFileSync(at(".s.tfstate.backup.0123456789ab.tmp"), "glpat-planted");
  await status("LOCK", lockInfo("one"));
  expect(readdirSync(folder)).toEqual([]);
});

it("answers nobody else, and nothing else", async () => {
  writeFileSync(at("s.tfstate"), state(5));
  expect(await ask("GET", "", { password: "another" })).toEqual({ status: 403, text: "" });
  expect(await status("POST", state(6), { password: "another" })).toBe(403);
  expect([await status("DELETE"), await status("PUT", state(6)), await status("GET", "", { query: "/../x" })]).toEqual([
    405, 405, 400,
  ]);
  expect([await status("LOCK", "{}"), read("s.tfstate")]).toEqual([400, state(5)]);
});

it("tells a file that had better be written to as it is", () => {
  expect(whyNotReplaced(at("s.tfstate"))).toBeUndefined();
  expect(whyNotReplaced(at("not/there/yet"))).toBeUndefined();
  writeFileSync(at("s.tfstate"), state(5));
  expect(whyNotReplaced(at("s.tfstate"))).toBeUndefined();
  linkSync(at("s.tfstate"), at("other"));
  expect(whyNotReplaced(at("s.tfstate"))).toMatch(/has several hard links/);
  expect(whyNotReplaced(folder)).toMatch(/is not a regular file/);
  expect(whyNotReplaced("/dev/null")).toMatch(/is not a regular file/);
  if (process.getuid?.() === 0) return;
  mkdirSync(at("closed"));
  chmodSync(at("closed"), 0o500);
  expect(whyNotReplaced(at("closed/s"))).toMatch(/no file can be created in/);
});
