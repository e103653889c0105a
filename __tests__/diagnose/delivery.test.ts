import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { renderText } from "../../lib/diagnose";
import { readRange } from "../../lib/diagnose/read/read-range";
import { toLine } from "../../lib/util/plain-text";
import { diagnosed, modern, raceLines, text, withFolder } from "./support/logs";

/* What happens to logs on their way: cut lines, broken archives, other encodings, articles; and names that are none. */

const article = readFileSync(join(__dirname, "fixtures", "article-2020.log"), "utf8");
const records = article
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line.slice(line.indexOf("{"))));
const pretty = records.map((record) => JSON.stringify(record, null, 2)).join("\n");
const curly = (json: string): string => json.replace(/"([^"]*)"/g, "\u201c$1\u201d");
const entities = (json: string): string => json.replaceAll('"', "&quot;");
const elided = (json: string): string => json.replace(/"time": ?"[^"]*"/g, '"time": "..."');
/** Blanks between the words, as `jq -c` does not leave them, and a line end for one of them where the line is full. */
const wrapped = records
  .map((record) =>
    JSON.stringify(record, null, 1)
      .replace(/\n\s*/g, " ")
      .replace(/(.{60,76}) /g, "$1\n"),
  )
  .join("\n");

test.each<readonly [string, string]>([
  ["pretty-printed", pretty],
  ["minified", records.map((record) => JSON.stringify(record)).join("\n")],
  ["minified, without a line end", records.map((record) => JSON.stringify(record)).join("")],
  ["fenced in Markdown", `Look for:\n\n\`\`\`json\n${pretty}\n\`\`\`\n`],
  ["quoted in Markdown", pretty.replace(/^/gm, "> ")],
  ["quoted in a mail", pretty.replace(/^/gm, ">> ")],
  [
    "with line numbers",
    pretty
      .split("\n")
      .map((line, index) => `${index + 1}  ${line}`)
      .join("\n"),
  ],
  ["in HTML", `<pre><code>${entities(pretty)}</code></pre>`],
  ["in HTML, minified", `<pre>${records.map((record) => entities(JSON.stringify(record))).join("<br>")}</pre>`],
  ["with smart quotes", curly(pretty)],
  ["with smart quotes, minified", records.map((record) => curly(JSON.stringify(record))).join("\n")],
  ["with left-out times", elided(pretty)],
  ["with left-out times, without quotes", pretty.replace(/"time": ?"[^"]*"/g, '"time": ...')],
  ["with left-out times and smart quotes", curly(elided(pretty))],
  ["with left-out times, in HTML", `<pre>${entities(elided(pretty))}</pre>`],
  ["wrapped by a mail program", wrapped],
  ["wrapped by a mail program, quoted", wrapped.replace(/^/gm, "> ")],
  ["wrapped by a mail program, with left-out times", elided(wrapped)],
  ["wrapped by a mail program, in HTML", entities(wrapped)],
  ["quoted-printable", records.map((record) => JSON.stringify(record).replace(/.{76}/g, "$&=\n")).join("\n")],
  ["with German quotes", pretty.replace(/"([^"]*)"/g, "\u201e$1\u201c")],
  ["with hard spaces", pretty.replaceAll("  ", "\u00a0\u00a0")],
  ["beside a chat's line", pretty.replace(/^/gm, "\u2502 ")],
  ["with left-out times, quoted in Markdown", elided(pretty).replace(/^/gm, "> ")],
])("the support article's two records are a likely race, and why not more is said: %s", async (_layout, content) => {
  const diagnosis = await diagnosed({ "article.txt": content });
  expect([diagnosis.verdict, diagnosis.races.map(({ loserCount }) => loserCount)]).toEqual(["race-likely", [1]]);
  expect(diagnosis.races[0]?.doubts.map((doubt) => doubt.split(/[ ,]/).slice(0, 4).join(" "))).toEqual(
    expect.arrayContaining(["the log does not", "this GitLab answers 401"]),
  );
  expect(diagnosis.summary).toContain("Not proven: ");
});

const filler = "z".repeat(40_000);
const long = raceLines().map((line) =>
  JSON.stringify({ ...JSON.parse(line), filler, tail: "end" }).replace(/("filler":"z+"),(.*)}$/, "$1,$2}"),
);
const pieces = (line: string): readonly string[] => line.match(/.{1,16384}/gs) ?? [];
const time = "2024-05-01T10:00:00.123456789Z";

test.each<readonly [string, (line: string) => readonly string[]]>([
  ["docker", (line) => pieces(`${line}\n`).map((log) => JSON.stringify({ log, stream: "stdout", time }))],
  [
    "docker, between lines of the other stream",
    (line) =>
      pieces(`${line}\n`).flatMap((log) => [
        JSON.stringify({ log, stream: "stdout", time }),
        JSON.stringify({ log: "other\n", stream: "stderr", time }),
      ]),
  ],
  [
    "containerd",
    (line) => pieces(line).map((part, index, all) => `${time} stdout ${index === all.length - 1 ? "F" : "P"} ${part}`),
  ],
  [
    "Fluent Bit",
    (line) =>
      pieces(line).map((log, index, all) =>
        JSON.stringify({ stream: "stdout", logtag: index === all.length - 1 ? "F" : "P", log }),
      ),
  ],
])("a line that %s cut after 16 KiB is joined", async (_name, cut) => {
  const lines = long.flatMap((line) => {
    // The path and the status lie in different parts.
    const { path, method, ...rest } = JSON.parse(line);
    return cut(JSON.stringify({ ...rest, path, method }));
  });
  const diagnosis = await diagnosed({ "pod.log": text(lines) });
  expect([diagnosis.verdict, diagnosis.skipped]).toEqual(["race-proven", []]);
});

test("UTF-32 is read, with and without a byte order mark", async () => {
  const utf32 = (content: string, isBig: boolean): Buffer => {
    const bytes = Buffer.alloc(content.length * 4);
    for (const [index, letter] of [...content].entries()) {
      if (isBig) bytes.writeUInt32BE(letter.charCodeAt(0), index * 4);
      else bytes.writeUInt32LE(letter.charCodeAt(0), index * 4);
    }
    return bytes;
  };
  for (const mark of ["", "\ufeff"]) {
    for (const isBig of [true, false]) {
      const diagnosis = await diagnosed({ "production_json.log": utf32(`${mark}${text(raceLines())}`, isBig) });
      expect(diagnosis.verdict).toBe("race-proven");
    }
  }
});

test("what comes before damage in a compressed file is used, and nothing found in it is not nothing", async () => {
  const broken = (content: string) => Buffer.concat([gzipSync(content), Buffer.from("not gzip")]);
  const race = await diagnosed({ "production_json.log.1.gz": broken(text(raceLines())) });
  expect([race.verdict, race.skipped.map(({ reason }) => reason)]).toEqual(["race-proven", ["damaged"]]);
  const quiet = await diagnosed({ "production_json.log.1.gz": broken(text([modern()])) });
  expect([quiet.verdict, quiet.skipped.map(({ reason }) => reason)]).toEqual(["insufficient", ["damaged"]]);
  const zip = await diagnosed({ "production_json.log": text([modern()]), "logs.zip": Buffer.from("PK\x03\x04rest") });
  expect(zip.verdict).toBe("insufficient");
});

test("of a file that becomes shorter while it is read, the rest is used, and that is said", async () => {
  await withFolder({ "a.log": text([...raceLines(), modern({ id: "last" })]) }, async (folder) => {
    const file = join(folder, "a.log");
    const whole = readFileSync(file).length;
    truncateSync(file, text(raceLines()).length);
    const part = readRange(file, "a.log", 0, whole, () => undefined, whole);
    expect([part.refreshes.length, part.damage]).toEqual([2, "the file shrank while it was read"]);
  });
});

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmno";
test.each([
  ["an email", "alice@example.com", "alice"],
  ["an encoded email", "alice%40example.com", "alice"],
  ["a JWT", jwt, "eyJ"],
  ["an IPv6 address", "2001:db8:85a3::8a2e:370:7334", "2001:db8"],
  ["a whole IPv6 address", "2001:db8:85a3:0:0:8a2e:370:7334", "2001:db8"],
  ["an IPv4 address", "203.0.113.77", "203.0"],
  ["a token", "glpat-abcdefghij0123456789", "glpat"],
])("%s in the place of any name is masked", async (_what, value, trace) => {
  const line = JSON.parse(modern({ client: value, id: value, status: 400, time: "2024-05-01T10:00:30.000Z" }));
  const diagnosis = await diagnosed({
    "a.log": text([
      JSON.stringify({ ...line, username: value, remote_ip: value, kubernetes: { pod_name: value } }),
      `[pod/${value}/x] ${modern({ status: 401, client: value })}`,
      JSON.stringify({ component: value, log: "2024-05-01 10:00:30 [ERROR] Token was revoked" }),
      JSON.stringify({
        path: "/api/v4/x",
        status: 401,
        "meta.auth_fail_reason": value,
        "meta.auth_fail_token_id": value,
      }),
      JSON.stringify({ message: "Rack_Attack", env: "throttle", path: "/x", matched: value, correlation_id: value }),
    ]),
  });
  expect(JSON.stringify(diagnosis)).not.toContain(trace);
});

test("names of files and of archives' members cannot move the cursor or hide a token", async () => {
  const diagnosis = await diagnosed({ "a\u001b[2J\n\u202egol.glpat-abcdefghij0123456789": text(raceLines()) });
  const read = renderText(diagnosis).map((each) => toLine(each).text);
  expect(read.find((each) => each.includes("(masked): "))).toMatch(/^ {2}a\\x1b\[2J\\n\\u202egol\.\(masked\): /);
});

describe("what is not decoded is said, and nothing is concluded from it", () => {
  const log = text(raceLines());
  const packed = gzipSync(log);
  const lines = (bytes: Buffer, length: number, end = "\n"): string =>
    (bytes.toString("base64").match(new RegExp(`.{1,${length}}`, "g")) ?? []).join(end);
  const event = { messageType: "DATA_MESSAGE", logEvents: raceLines().map((message) => ({ message })) };
  const subscription = gzipSync(JSON.stringify(event)).toString("base64");

  test.each([
    ["base64", lines(packed, 76)],
    ["base64 -w0", lines(Buffer.from(log), 10_000)],
    ["a mail's part", `Content-Transfer-Encoding: base64\r\n\r\n${lines(Buffer.from(log), 76, "\r\n")}`],
    ["UTF-16 in Base64", lines(Buffer.from(log, "utf16le"), 76)],
    ["kubectl get secret -o yaml", `data:\n  a.log: ${lines(Buffer.from(log), 10_000)}\nkind: Secret\n`],
    ["kubectl get configmap -o json", JSON.stringify({ binaryData: { "a.log.gz": lines(packed, 10_000) } })],
    ["a CloudWatch subscription", JSON.stringify({ awslogs: { data: subscription } })],
    ["records of Firehose", JSON.stringify({ records: [{ recordId: "1", data: subscription }] })],
    ["lines in a string of JSON", JSON.stringify({ content: lines(packed, 60) })],
  ])("%s", async (_name, content) => {
    const diagnosis = await diagnosed({ "production_json.log": modern(), "resource.txt": content });
    expect([diagnosis.verdict, diagnosis.skipped.map(({ reason }) => reason)]).toEqual(["insufficient", ["base64"]]);
  });

  test.each([
    [
      "a JWT",
      `token=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.${"eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4".repeat(3)}.abc`,
    ],
    ["a checksum", `sha512 ${"0a1b2c3d4e5f6789".repeat(8)}  file`],
    ["a long path", `GET /${"assets/images/".repeat(20)}`],
  ])("%s is no log in Base64", async (_name, content) => {
    const diagnosis = await diagnosed({ "production_json.log": modern(), "other.txt": content });
    expect(diagnosis.verdict).toBe("nothing-found");
  });

  test("a log that was broken at any width is read, or said to be broken", async () => {
    for (let width = 40; width < 220; width += 1) {
      const broken = raceLines()
        .flatMap((line) => `pod/webservice-1 ${line}`.match(new RegExp(`.{1,${width}}`, "g")) ?? [])
        .join("\n");
      expect((await diagnosed({ "ticket.txt": broken })).verdict).toMatch(/race-|insufficient/);
      expect((await diagnosed({ "ticket.txt": broken, "production_json.log": modern() })).verdict).toMatch(
        /race-|insufficient/,
      );
    }
  });
});
