import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../lib/files/atomic";
import { fileTrouble } from "../../lib/util/file-trouble";

const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};
const system = (code: string, syscall: string, more: object = {}) =>
  Object.assign(new Error(), { code, syscall, ...more });

it("says what is the matter with a file, and what to do", () => {
  expect(fileTrouble(system("ENOSPC", "write", { path: "/a/b" }))).toEqual({
    message: "/a/b cannot be used: no space is left on the disk (ENOSPC)",
    fix: "free some space on that disk, then run the command again: it continues where it stopped",
    wrongName: false,
  });
});

it("names the file that was to be written", () => {
  const folder = mkdtempSync(join(tmpdir(), "repoint-trouble-"));
  try {
    writeFileSync(join(folder, "file"), "");
    const found = [folder, join(folder, "file", "x")].map((file) =>
      fileTrouble(thrown(() => writeFileAtomic(file, "x"))),
    );
    expect(found).toMatchObject([
      { message: expect.stringContaining(`${folder} cannot be used: it is a folder`), wrongName: true },
      { message: expect.stringContaining(`${join(folder, "file", "x")} cannot be used`), wrongName: true },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("leaves the network, processes, and what is a mistake of ours", () => {
  const missing = thrown(() => readFileSync(join(tmpdir(), "repoint-no-such-file")));
  for (const error of [system("EACCES", "listen"), system("EMFILE", "spawn git"), missing, new Error("x"), undefined])
    expect(fileTrouble(error)).toBeUndefined();
});
