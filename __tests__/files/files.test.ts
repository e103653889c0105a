import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { UsageError } from "../../lib/errors";
import { removeLeftovers, writeFileAtomic } from "../../lib/files/atomic";
import { appendJournal, readJournal } from "../../lib/files/journal";
import { acquireLock, orphanOf, workerOf } from "../../lib/files/lock";
import { closeFile, openFiles } from "../../lib/files/secret-files";
import type { Organization } from "../../lib/organization/organization";
import { organization } from "../migration/fixtures";

const now = new Date("2026-01-02T03:04:05.000Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writeFileAtomic", () => {
  it("writes the file and leaves nothing beside it", () => {
    const file = join(folder, "a", "b.json");
    expect(writeFileAtomic(file, "one")).toBe(true);
    expect(writeFileAtomic(file, "two", { mode: 0o600 })).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "a"))).toEqual(["b.json"]);
  });

  it("leaves equal content alone", () => {
    const file = join(folder, "b.json");
    writeFileAtomic(file, "same");
    const before = statSync(file).ino;
    expect(writeFileAtomic(file, "same")).toBe(false);
    expect(statSync(file).ino).toBe(before);
  });

  it("keeps the old file and no temporary one when the new one cannot be put in place", () => {
    const file = join(folder, "taken");
    writeFileAtomic(join(file, "inside"), "x");
    expect(() => writeFileAtomic(file, "y")).toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

describe("writeFileAtomic, on what is there", () => {
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it.each([0o600, 0o640, 0o644, 0o664, 0o666])("keeps the mode %o", (bits) => {
    const file = join(folder, "kept");
    writeFileSync(file, "old");
    chmodSync(file, bits);
    writeFileAtomic(file, "new");
    expect([readFileSync(file, "utf8"), mode(file)]).toEqual(["new", bits.toString(8)]);
  });

  it("gives the mode that is asked for, also when nothing else changes", () => {
    const file = join(folder, "secret");
    writeFileSync(file, "same");
    chmodSync(file, 0o644);
    expect(writeFileAtomic(file, "same", { mode: 0o600 })).toBe(false);
    expect(mode(file)).toBe("600");
  });

  it.each([
    ["a file", "real"],
    ["a file that is not there yet", "later"],
    ["a file in a folder that is not there yet", "deep/later"],
    ["another link", "second"],
  ])("keeps a symbolic link to %s", (_, target) => {
    writeFileSync(join(folder, "real"), "old");
    chmodSync(join(folder, "real"), 0o600);
    symlinkSync("real", join(folder, "second"));
    const link = join(folder, "link");
    symlinkSync(target, link);
    writeFileAtomic(link, "new");
    expect([lstatSync(link).isSymbolicLink(), readlinkSync(link)]).toEqual([true, target]);
    expect(readFileSync(join(folder, target), "utf8")).toBe("new");
    if (target === "real" || target === "second") expect(mode(join(folder, "real"))).toBe("600");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("finds a link relative to its own folder, and leftovers beside the file that it leads to", () => {
    mkdirSync(join(folder, "a"));
    mkdirSync(join(folder, "b"));
    symlinkSync("../b/real", join(folder, "a", "link"));
    writeFileSync(join(folder, "b", ".real.0123456789ab.tmp"), "torn");
    removeLeftovers(join(folder, "a", "link"));
    writeFileAtomic(join(folder, "a", "link"), "new");
    expect([readdirSync(join(folder, "a")), readdirSync(join(folder, "b"))]).toEqual([["link"], ["real"]]);
  });

  it("says that links lead in a circle", () => {
    symlinkSync("two", join(folder, "one"));
    symlinkSync("one", join(folder, "two"));
    expect(() => writeFileAtomic(join(folder, "one"), "x")).toThrow("ELOOP");
  });

  it("writes to what is no file as it is: no file takes its place", () => {
    const pipe = join(folder, "pipe");
    spawnSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const reader = spawn("cat", [pipe], { stdio: "ignore" });
    expect(writeFileAtomic(pipe, "x")).toBe(true);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    reader.kill();
  });
});

describe("secret files", () => {
  const organizationAt = (backend: Organization["backend"]) => ({ ...organization(), backend });
  const local = organizationAt({ type: "local", settings: {} });
  const place = (changes: Partial<Parameters<typeof openFiles>[0]> = {}) => ({
    root: folder,
    stack: "stack",
    run: "run",
    organization: local,
    env: {},
    ...changes,
  });
  const put = (name: string, bits: number) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "secret");
    chmodSync(join(folder, name), bits);
  };

  it("are found where others may read them: states, backups, and plans that were left", () => {
    put("terraform.acme.tfstate", 0o644);
    put("terraform.acme.tfstate.backup", 0o660);
    put("stack/errored.tfstate", 0o604);
    put("run/errored.tfstate", 0o604);
    put("stack/plan", 0o644);
    put("stack/plan.tfplan", 0o644);
    put("stack/mine.tfplan", 0o600);
    put("stack/cdk.tf.json", 0o644);
    expect(openFiles(place()).map(({ file, kind, mode }) => `${kind} ${file} ${mode.toString(8)}`)).toEqual([
      "state terraform.acme.tfstate 644",
      "state terraform.acme.tfstate.backup 660",
      "state stack/errored.tfstate 604",
      "state run/errored.tfstate 604",
      "plan stack/plan 644",
      "plan stack/plan.tfplan 644",
    ]);
    for (const open of openFiles(place())) closeFile(place(), open);
    expect(openFiles(place())).toEqual([]);
  });

  it("are where the backend and Terraform's workspace say", () => {
    put("states/mine.tfstate", 0o644);
    put("stack/terraform.tfstate.d/blue/terraform.tfstate", 0o644);
    const named = organizationAt({ type: "local", settings: { path: "states/mine.tfstate" } });
    expect(openFiles(place({ organization: named })).map(({ file }) => file)).toEqual(["states/mine.tfstate"]);
    expect(openFiles(place({ env: { TF_WORKSPACE: "blue" } })).map(({ file }) => file)).toEqual([
      "stack/terraform.tfstate.d/blue/terraform.tfstate",
    ]);
    expect(openFiles(place({ organization: organizationAt({ type: "s3", settings: {} }) }))).toEqual([]);
  });
});

describe("journal", () => {
  it("reads back what was appended, and an absent one as empty", () => {
    const file = join(folder, "deep", "journal.jsonl");
    expect(readJournal(file)).toEqual({ entries: [], unreadableLines: [] });
    appendJournal(file, "plan.made", { sha256: "ab" }, now);
    appendJournal(file, "apply.finished", {}, now);
    expect(readJournal(file)).toEqual({
      entries: [
        { version: 1, at: "2026-01-02T03:04:05.000Z", event: "plan.made", sha256: "ab" },
        { version: 1, at: "2026-01-02T03:04:05.000Z", event: "apply.finished" },
      ],
      unreadableLines: [],
    });
  });

  it("survives a line that a killed run tore off, and says which", () => {
    const file = join(folder, "journal.jsonl");
    appendJournal(file, "plan.made", {}, now);
    appendFileSync(file, '{"version":1,"at":"2026');
    appendJournal(file, "apply.started", {}, now);
    const journal = readJournal(file);
    expect(journal.entries.map((entry) => entry.event)).toEqual(["plan.made", "apply.started"]);
    expect(journal.unreadableLines).toEqual([2]);
  });
});

describe("acquireLock", () => {
  it("refuses while a living process holds it, and lets go on release", () => {
    const file = join(folder, "lock");
    const first = acquireLock(file, "repoint apply acme", now);
    expect(() => acquireLock(file, "repoint plan acme", now)).toThrow(UsageError);
    expect(() => acquireLock(file, "repoint plan acme", now)).toThrow(`process ${process.pid} on ${hostname()}`);
    first.release();
    const second = acquireLock(file, "repoint plan acme", now);
    expect(second.tookOverFrom).toBeUndefined();
    second.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes over from a process that has died", () => {
    const file = join(folder, "lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file, JSON.stringify({ pid, host: hostname(), startTicks: null, command: "x", since: "then" }));
    const lock = acquireLock(file, "repoint apply acme", now);
    expect(lock.tookOverFrom).toBe(`\`x\`, process ${pid} on ${hostname()}, since then`);
    lock.release();
  });

  it("takes a killed process for dead, though its parent never asks for it", async () => {
    const file = join(folder, "lock");
    // `exec` puts a program that waits for nobody in the parent's place.
    const parent = spawn("/bin/sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const pid = Number(String(await once(parent.stdout, "data")));
      const holder = { pid, host: hostname(), startTicks: null, command: "x", since: "then" };
      writeFileSync(file, JSON.stringify(holder));
      expect(() => acquireLock(file, "repoint apply acme", now)).toThrow(`process ${pid}`);

      process.kill(pid, "SIGKILL");
      while (!readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")) await setTimeout(5);
      process.kill(pid, 0);
      acquireLock(file, "repoint apply acme", now).release();

      const ended = spawnSync(process.execPath, ["-e", ""]).pid;
      writeFileSync(file, JSON.stringify({ ...holder, pid: ended, child: { ...holder, command: "terraform apply" } }));
      expect(orphanOf(file)).toBeUndefined();
      acquireLock(file, "repoint apply acme", now).release();
    } finally {
      parent.kill();
    }
  });

  it("tells who is at work, and on which other machine, and nothing of who has ended", () => {
    const file = join(folder, "lock");
    expect(workerOf(file)).toBeUndefined();
    const lock = acquireLock(file, "repoint apply acme", now);
    const here = { command: "repoint apply acme", pid: process.pid, since: now.toISOString(), elsewhere: undefined };
    expect(workerOf(file)).toEqual(here);
    const holder = JSON.parse(readFileSync(file, "utf8"));
    lock.release();
    writeFileSync(file, JSON.stringify({ ...holder, host: "another-machine" }));
    expect(workerOf(file)).toEqual({ ...here, elsewhere: "another-machine" });
    writeFileSync(file, JSON.stringify({ ...holder, pid: spawnSync(process.execPath, ["-e", ""]).pid }));
    expect(workerOf(file)).toBeUndefined();
  });

  it("is not fooled by another process that has the dead one's number", () => {
    const file = join(folder, "lock");
    writeFileSync(
      file,
      JSON.stringify({ pid: process.ppid, host: hostname(), startTicks: "1", command: "x", since: "then" }),
    );
    acquireLock(file, "repoint apply acme", now).release();
  });

  it("takes over a half-written lock file", () => {
    const file = join(folder, "lock");
    writeFileSync(file, '{"pid":1');
    // Its writer may still be at it.
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("another run is writing the lock file");
    utimesSync(file, now, now);
    expect(acquireLock(file, "repoint apply acme", now).tookOverFrom).toBe("an unreadable lock file");
  });

  it("takes over from a process that died while it took over", () => {
    const file = join(folder, "lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const dead = JSON.stringify({ pid, host: hostname(), startTicks: null, command: "x", since: "then" });
    writeFileSync(file, dead);
    writeFileSync(`${file}.takeover`, dead);
    acquireLock(file, "repoint apply acme", now).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves it to a living process to take over", () => {
    const file = join(folder, "lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const holder = { pid, host: hostname(), startTicks: null, command: "x", since: "then" };
    writeFileSync(file, JSON.stringify(holder));
    writeFileSync(`${file}.takeover`, JSON.stringify({ ...holder, pid: process.ppid }));
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("another run is taking over the lock");
  });

  it("does not judge a process on another machine", () => {
    const file = join(folder, "lock");
    writeFileSync(file, JSON.stringify({ pid: 1, host: "elsewhere", startTicks: null, command: "x", since: "then" }));
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("on elsewhere");
  });
});
