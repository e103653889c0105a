import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../lib/errors";
import { writeFileAtomic } from "../../lib/files/atomic";
import { appendJournal, readJournal } from "../../lib/files/journal";
import { acquireLock } from "../../lib/files/lock";

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
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("another run is just writing the file");
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
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("another run is just taking it over");
  });

  it("does not judge a process on another machine", () => {
    const file = join(folder, "lock");
    writeFileSync(file, JSON.stringify({ pid: 1, host: "elsewhere", startTicks: null, command: "x", since: "then" }));
    expect(() => acquireLock(file, "repoint apply acme", now)).toThrow("on elsewhere");
  });
});
