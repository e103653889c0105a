import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const root = join(__dirname, "..");
const folders = ["lib", "sandbox", "bench", "docs", "examples", "__tests__"];
const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .concat("README.md", "main.ts");

/** The name of a source file, with the folders before it. */
const named = /(?<![\w/@.~$-])(?:[\w.-]+\/)*[\w.-]+\.(?:ts|wat)\b(?![\w/])/g;
/** Of a line of code, the comment alone. */
const comment = /(?:^\s*\*|\/\/|\/\*+|;;)(.*)$/;

it("names no source file, in comments and docs, that does not exist", () => {
  const known = new Set(
    files.flatMap((file) => file.split("/").map((_, index, parts) => parts.slice(index).join("/"))),
  );
  const read = files.filter(
    (file) => /^(?:lib|sandbox|bench|docs|README|main)/.test(file) && [".ts", ".md", ".wat"].includes(extname(file)),
  );
  const missing = read.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .map((line) => (extname(file) === ".md" ? line : (comment.exec(line)?.[1] ?? "")))
      .flatMap((line) => line.replaceAll("../", "").match(named) ?? [])
      .filter((name) => !known.has(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});
