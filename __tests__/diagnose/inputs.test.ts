import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  diagnosed,
  grantInvalid,
  modern,
  ordinary,
  raceLines,
  refusedApi,
  text,
  tfe,
  tokenRevoked,
} from "./support/logs";
import { tar } from "./support/tar";

const fixture = (name: string): string => readFileSync(join(__dirname, "fixtures", name), "utf8");
const kubernetes = (line: string, subcomponent: string): string =>
  JSON.stringify({ component: "gitlab", subcomponent, ...JSON.parse(line) });

/** What a text was taken for, and whether its race was seen. */
async function seen(name: string, content: string | Buffer) {
  const diagnosis = await diagnosed({ [name]: content });
  const [input] = diagnosis.inputs;
  return [input?.kinds.join(" "), input?.wrappings.join(" "), diagnosis.verdict];
}

const race = raceLines();

test.each([
  ["production_json.log", text(race), "gitlab-production-json", ""],
  ["with CRLF", race.map((line) => `${line}\r\n`).join(""), "gitlab-production-json", ""],
  ["with a byte order mark", `\ufeff${text(race)}`, "gitlab-production-json", ""],
  ["without a last line end", race.join("\n"), "gitlab-production-json", ""],
  ["UTF-16", Buffer.from(`\ufeff${text(race)}`, "utf16le"), "gitlab-production-json", ""],
  ["UTF-16, big-endian", Buffer.from(`\ufeff${text(race)}`, "utf16le").swap16(), "gitlab-production-json", ""],
  ["a pod's output", text(race.map((line) => kubernetes(line, "production_json"))), "gitlab-production-json", ""],
  [
    "kubectl logs --prefix",
    text(race.map((line) => `[pod/gitlab-webservice-default-0/webservice] ${line}`)),
    "gitlab-production-json",
    "kubectl-prefix",
  ],
  [
    "containerd's files",
    text(race.map((line) => `2024-05-01T10:00:00.123456789Z stdout F ${line}`)),
    "gitlab-production-json",
    "containerd",
  ],
  [
    "grep's output",
    text(race.map((line) => `logs/production_json.log.1:${line}`)),
    "gitlab-production-json",
    "grep-prefix",
  ],
  [
    "grep -n's output",
    text(race.map((line, index) => `production_json.log:${index}:${line}`)),
    "gitlab-production-json",
    "grep-prefix",
  ],
  [
    "docker's JSON driver",
    text(race.map((line) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2024-05-01T10:00:00.1Z" }))),
    "gitlab-production-json",
    "docker-json",
  ],
  [
    "docker compose logs",
    text(race.map((line) => `gitlab-web-1  | ${line}`)),
    "gitlab-production-json",
    "compose-prefix",
  ],
  [
    "pretty-printed",
    text(race.map((line) => JSON.stringify(JSON.parse(line), null, 2))),
    "gitlab-production-json",
    "pretty-printed",
  ],
  ["a JSON array on one line", JSON.stringify(race.map((line) => JSON.parse(line))), "gitlab-production-json", ""],
  ["slashes escaped", text(race).replaceAll("/", "\\/"), "gitlab-production-json", ""],
  [
    "journald's text",
    text(race.map((line) => `May  1 10:00:00 gitlab-1 gitlab-rails[812]: ${line}`)),
    "gitlab-production-json",
    "syslog-prefix",
  ],
  [
    "grep's output with a word before it",
    text(race.map((line) => `file:${line}`)),
    "gitlab-production-json",
    "other-prefix",
  ],
  [
    "syslog's newer form",
    text(race.map((line) => `<134>1 2024-05-01T10:00:00Z host gitlab 8 - - ${line}`)),
    "gitlab-production-json",
    "other-prefix",
  ],
  [
    "svlogd's times",
    text(race.map((line) => `2024-05-01_10:00:00.12345 ${line}`)),
    "gitlab-production-json",
    "other-prefix",
  ],
  [
    "stern",
    text(race.map((line) => `gitlab-webservice-default-5f6b8-x2x4z webservice ${line}`)),
    "gitlab-production-json",
    "kubectl-prefix",
  ],
  [
    "docker compose logs in colours",
    text(race.map((line) => `\u001b[36mgitlab-1  | \u001b[0m${line}`)),
    "gitlab-production-json",
    "compose-prefix",
  ],
  [
    "fields of a field",
    text(race.map((line) => JSON.stringify({ _source: { "@timestamp": "x", json: JSON.parse(line) } }))),
    "gitlab-production-json",
    "nested-json",
  ],
  [
    "a text in a field of a field",
    text(race.map((line) => JSON.stringify({ result: { _raw: line } }))),
    "gitlab-production-json",
    "nested-json",
  ],
  [
    "an export of log events",
    JSON.stringify({ events: race.map((message) => ({ timestamp: 1, message })) }),
    "gitlab-production-json",
    "nested-json",
  ],
  [
    "the same, pretty-printed",
    JSON.stringify({ events: race.map((message) => ({ timestamp: 1, message })) }, null, 2),
    "gitlab-production-json",
    "pretty-printed",
  ],
  [
    "Loki's answer",
    JSON.stringify({ data: { result: [{ values: race.map((line) => ["1", line]) }] } }),
    "gitlab-production-json",
    "nested-json",
  ],
  [
    "cells of a CSV file",
    text(race.map((line) => `"2024-05-01","${line.replaceAll('"', '""')}"`)),
    "gitlab-production-json",
    "other-prefix",
  ],
  ["records without line ends between them", race.join(""), "gitlab-production-json", ""],
  ["an old Macintosh's line ends", race.join("\r"), "gitlab-production-json", ""],
])("%s is recognised and read", async (name, content, kinds, wrappings) => {
  expect(await seen(name, content)).toEqual([kinds, wrappings, "race-proven"]);
});

test.each([
  ["article-2020.log", "gitlab-production-json", "grep-prefix"],
  ["article-today.txt", "gitlab-production-json", "pretty-printed"],
  ["article-elided.txt", "gitlab-production-json", "pretty-printed"],
])("the support article's own text (%s) is recognised", async (name, kinds, wrappings) => {
  expect(await seen(name, fixture(name))).toEqual([kinds, wrappings, "race-likely"]);
});

test("a record in an export of one long line is read on its own", async () => {
  const filler = JSON.stringify({ message: "x".repeat(300_000) });
  const values = race.map((line) => JSON.stringify(line));
  const export_ = `{"a":[${filler},${values.join(`,${filler},`)},${filler}]}`;
  expect(await seen("export.json", export_)).toEqual(["gitlab-production-json", "pretty-printed", "race-proven"]);
});

test("params as an object or a string, numbers as strings, a path with a format", async () => {
  const changed = race.map((line) => {
    const { params, status, duration_s, ...rest } = JSON.parse(line);
    return { ...rest, path: "/oauth/token.json", status: String(status), duration_s: String(duration_s), params };
  });
  const asString = changed.map((record) => JSON.stringify({ ...record, params: JSON.stringify(record.params) }));
  expect((await diagnosed(asString)).verdict).toBe("race-proven");
  const withoutHash = changed.map(({ refresh_token_hash: _, ...record }) => ({ ...record, username: "terraform-bot" }));
  const asObject = withoutHash.map((record) => {
    const params = Object.fromEntries(record.params.map((one: { key: string; value: string }) => [one.key, one.value]));
    return JSON.stringify({ ...record, params });
  });
  expect((await diagnosed(asObject)).verdict).toBe("race-proven");
});

test("a token request that does not tell its grant is no refresh, and no verdict can be had of it", async () => {
  const lines = race.map((line) => {
    const { params: _params, refresh_token_hash: _hash, ...record } = JSON.parse(line);
    return JSON.stringify(record);
  });
  const diagnosis = await diagnosed(lines);
  expect([diagnosis.verdict, diagnosis.summary]).toEqual([
    "insufficient",
    "These logs contain token requests, but do not show whether they were refreshes or how they ended.",
  ]);
  expect(diagnosis.skipped.map(({ reason, count }) => [reason, count])).toEqual([["grant-unknown", 2]]);
});

test("GitLab's sidekiq.log tells of webhooks, each once", async () => {
  const job = (job_status: string) =>
    JSON.stringify({
      severity: "INFO",
      time: "2024-05-01T10:00:00.000Z",
      class: "WebHookWorker",
      jid: "06aeaa3b0aadacf9981f368e",
      message: `WebHookWorker JID-06aeaa3b0aadacf9981f368e: ${job_status}`,
      job_status,
    });
  const diagnosis = await diagnosed({ "sidekiq.log": text([job("start"), job("done")]) });
  expect([diagnosis.inputs[0]?.kinds, diagnosis.totals.webhooks]).toEqual([["gitlab-sidekiq-json"], 1]);
});

test("a cut-off record is used as far as it goes, and counted", async () => {
  const [loser = "", winner = ""] = race;
  const diagnosis = await diagnosed([
    loser.slice(0, loser.indexOf(',"db_duration_s"')),
    winner,
    winner.slice(0, 90),
    winner.slice(0, 40),
  ]);
  expect(diagnosis.verdict).toBe("race-proven");
  expect(
    diagnosis.skipped.map(({ reason, count, places }) => [reason, count, places.map((place) => place.line)]),
  ).toEqual([
    ["json-broken", 2, [3, 4]],
    ["salvaged", 1, []],
  ]);
});

test("logs that cannot tell are recognised, and what is in them is counted", async () => {
  const lines = [
    '10.0.0.1 - - [01/May/2024:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 401 120 "-" "Faraday"',
    'Started POST "/oauth/token" for 10.0.0.1 at 2024-05-01 10:00:00 +0000',
  ];
  const diagnosis = await diagnosed({ "access.log": text(lines) });
  expect([diagnosis.verdict, diagnosis.inputs[0]?.kinds]).toEqual([
    "insufficient",
    ["gitlab-production-text", "web-server-log"],
  ]);
  expect(diagnosis.skipped.map(({ reason, count }) => [reason, count])).toEqual([["no-token-request-log", 2]]);
});

describe("Terraform Enterprise's logs", () => {
  const error = [tfe(grantInvalid), tfe(tokenRevoked)];
  test.each([
    ["atlas.log", text(error), "tfe-atlas", ""],
    ["sidekiq.log", text(error), "tfe-sidekiq", ""],
    ["unnamed", text(error), "tfe-text", ""],
    ["of a container", text(error.map((line) => `ptfe_atlas  | ${line}`)), "tfe-atlas", "compose-prefix"],
    ["of a newer container", text(error.map((line) => `tfe-sidekiq | ${line}`)), "tfe-sidekiq", "compose-prefix"],
    [
      "flexible",
      text(error.map((log) => JSON.stringify({ component: "sidekiq", log }))),
      "tfe-flexible tfe-sidekiq",
      "flexible-json",
    ],
    [
      "flexible, behind a log shipper's words",
      text(error.map((log) => `2024-05-01 10:00:31 +0000 kube.tfe: ${JSON.stringify({ component: "atlas", log })}`)),
      "tfe-atlas tfe-flexible",
      "flexible-json other-prefix",
    ],
    [
      "flexible, in a search engine's answer",
      text(error.map((log) => JSON.stringify({ _source: { message: JSON.stringify({ component: "atlas", log }) } }))),
      "tfe-atlas tfe-flexible",
      "flexible-json nested-json",
    ],
    ["replicated/ptfe_atlas/logs.txt", text(error), "tfe-atlas", ""],
    [
      "flexible, in docker's JSON driver",
      text(
        error.map((log) =>
          JSON.stringify({
            log: `${JSON.stringify({ component: "atlas", log })}\n`,
            stream: "stdout",
            time: "2024-05-01T10:00:30Z",
          }),
        ),
      ),
      "tfe-atlas tfe-flexible",
      "docker-json flexible-json",
    ],
    [
      "flexible, in Kubernetes",
      text(
        error.map(
          (log) => `[pod/terraform-enterprise-1/terraform-enterprise] ${JSON.stringify({ component: "atlas", log })}`,
        ),
      ),
      "tfe-atlas tfe-flexible",
      "flexible-json kubectl-prefix",
    ],
  ])("%s", async (name, content, kinds, wrappings) => {
    const diagnosis = await diagnosed({ [name]: content });
    expect([diagnosis.inputs[0]?.kinds.join(" "), diagnosis.inputs[0]?.wrappings.join(" ")]).toEqual([
      kinds,
      wrappings,
    ]);
    expect(diagnosis.totals.errors).toEqual({ "grant-invalid": 1, "token-revoked": 1 });
    expect(diagnosis.timeline.errors.map((one) => one.at)).toEqual([
      "2024-05-01T10:00:30.000Z",
      "2024-05-01T10:00:30.000Z",
    ]);
  });
});

describe("archives", () => {
  test("compressed logs are read, those of several members too", async () => {
    const [loser = "", winner = ""] = race;
    const content = Buffer.concat([gzipSync(`${loser}\n`), gzipSync(`${winner}\n`)]);
    expect(await seen("production_json.log.1.gz", content)).toEqual(["gitlab-production-json", "", "race-proven"]);
  });

  test("a support bundle is read without unpacking it, with compressed members and long names", async () => {
    const [loser = "", winner = ""] = race;
    const long = `gitlab/${"deep/".repeat(30)}production_json.log`;
    const bundle = gzipSync(
      tar([
        { name: long, content: `${winner}\n` },
        { name: "gitlab/production_json.log.1.gz", content: gzipSync(`${loser}\n`) },
        { name: "tfe/sidekiq.log", content: `${tfe(tokenRevoked)}\n` },
        { name: "picture.png", content: Buffer.from([137, 80, 78, 71, 0, 255, 254]) },
      ]),
    );
    const diagnosis = await diagnosed({ "bundle.tar.gz": bundle });
    // The two members lie in different folders, so they may be of different machines.
    expect(diagnosis.verdict).toBe("race-likely");
    expect(diagnosis.inputs.map((input) => [input.name, input.container, input.kinds])).toEqual([
      [`bundle.tar.gz!${long}`, "tar member", ["gitlab-production-json"]],
      ["bundle.tar.gz!gitlab/production_json.log.1.gz", "tar member", ["gitlab-production-json"]],
      ["bundle.tar.gz!picture.png", "tar member", []],
      ["bundle.tar.gz!tfe/sidekiq.log", "tar member", ["tfe-sidekiq"]],
    ]);
    expect(diagnosis.skipped.map(({ input, reason }) => [input, reason])).toEqual([
      ["bundle.tar.gz!picture.png", "not-recognised"],
    ]);
  });

  test("a cut-off archive is used up to where it ends, and that is said", async () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      ordinary(new Date(1.7e12 + index * 977).toISOString(), { id: Math.sin(index) }),
    );
    const whole = gzipSync(text([...race, ...many]));
    const diagnosis = await diagnosed({ "production_json.log.gz": whole.subarray(0, whole.length - 200) });
    expect(diagnosis.verdict).toBe("race-proven");
    expect(diagnosis.skipped.map(({ reason, explanation }) => [reason, explanation])).toEqual([
      ["damaged", "the compressed data ends in the middle; the part before that was used"],
    ]);
  });

  test("what is packed in another way is refused by name", async () => {
    const diagnosis = await diagnosed({ "logs.zip": Buffer.from("PK\x03\x04rest") });
    expect(diagnosis.skipped.map(({ reason, explanation }) => [reason, explanation])).toEqual([
      ["not-readable", "packed as zip, which cannot be read: unpack it first"],
    ]);
    expect(diagnosis.verdict).toBe("insufficient");
  });
});

test("an empty input has nothing in it", async () => {
  expect(await seen("production_json.log", "")).toEqual(["", "", "nothing-found"]);
});

test("two kinds of log in one input are both named", async () => {
  const content = text([kubernetes(modern(), "production_json"), kubernetes(refusedApi("token_revoked"), "api_json")]);
  expect(await seen("pod.log", content)).toEqual(["gitlab-api-json gitlab-production-json", "", "insufficient"]);
});
