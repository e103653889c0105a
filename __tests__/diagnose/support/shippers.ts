/** How a log's line gets from its machine into a file: what each program on the way makes of it. */
export interface Shipper {
  readonly name: string;
  /** A file's text from lines, each with the machine that wrote it. */
  readonly file: (lines: readonly Shipped[]) => string;
  /** Whether the file says which machine a line is of, so that it is seen; `hidden` where it does so out of sight. */
  readonly names: "machines" | "hidden" | "nothing";
}

export interface Shipped {
  readonly line: string;
  readonly host: string;
}

const each =
  (wrap: (shipped: Shipped, index: number) => string) =>
  (lines: readonly Shipped[]): string =>
    lines.map((one, index) => `${wrap(one, index)}\n`).join("");
const json = (value: unknown): string => JSON.stringify(value);
const at = "2026-05-04T09:01:00.000Z";
const csv = (line: string): string => `"${line.replaceAll('"', '""')}"`;
/** A table with a line of names above. */
const table =
  (names: string, row: (shipped: Shipped, index: number) => string) =>
  (lines: readonly Shipped[]): string =>
    `${names}\n${each(row)(lines)}`;
/** Lines under a heading for each machine. */
const under = (heading: (host: string, index: number) => readonly string[]) =>
  each(({ line, host }, index) => [...heading(host, index), line].join("\n"));
const stringValue = (value: string) => ({ stringValue: value });
const otlpAttributes = (host: string) => [
  { key: "service.name", value: stringValue("gitlab") },
  { key: "host.name", value: stringValue(host) },
];

/** A value as OpenTelemetry's JSON has it. */
function otlpValue(value: unknown): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } };
  return {
    kvlistValue: { values: Object.entries(value as object).map(([key, one]) => ({ key, value: otlpValue(one) })) },
  };
}
const otlp = ({ host }: Shipped, body: unknown): string =>
  json({
    resourceLogs: [
      {
        resource: { attributes: otlpAttributes(host) },
        scopeLogs: [{ scope: {}, logRecords: [{ timeUnixNano: "1", severityText: "INFO", body }] }],
      },
    ],
  });

const named: readonly (readonly [string, (lines: readonly Shipped[]) => string])[] = [
  ["syslog", each(({ line, host }) => `May  4 09:01:00 ${host} gitlab-rails[123]: ${line}`)],
  ["syslog, RFC 5424", each(({ line, host }) => `<134>1 ${at} ${host} gitlab-rails 123 - - ${line}`)],
  ["syslog with RFC 3339 times", each(({ line, host }) => `${at} ${host} gitlab-rails[123]: ${line}`)],
  [
    "Filebeat",
    each(({ line, host }) =>
      json({ "@timestamp": at, host: { name: host }, agent: { type: "filebeat" }, message: line }),
    ),
  ],
  [
    "Filebeat that decodes JSON",
    each(({ line, host }) => json({ "@timestamp": at, host: { name: host }, ...JSON.parse(line) })),
  ],
  ["Beats of old", each(({ line, host }) => json({ "@timestamp": at, beat: { hostname: host }, message: line }))],
  ["Logstash", each(({ line, host }) => json({ "@timestamp": at, host, message: line }))],
  [
    "Elasticsearch",
    (lines) =>
      json({
        hits: { hits: lines.map(({ line, host }) => ({ _id: "x", _source: { host: { name: host }, message: line } })) },
      }),
  ],
  [
    "Elasticsearch, a hit a line",
    each(({ line, host }) => json({ _index: "logs", _source: { host: { name: host }, ...JSON.parse(line) } })),
  ],
  [
    "Elasticsearch's fields",
    each(({ line, host }) => {
      const { params, ...record } = JSON.parse(line);
      const fields = Object.entries(record).map(([key, value]) => [`json.${key}`, [value]]);
      const all = {
        ...Object.fromEntries(fields),
        "host.name": [host],
        "json.params.key": params.map((one: { key: string }) => one.key),
        "json.params.value": params.map((one: { value: string }) => one.value),
      };
      return json({ _id: "x", fields: all });
    }),
  ],
  [
    "Loki's API",
    (lines) =>
      json({
        status: "success",
        data: { result: lines.map(({ line, host }) => ({ stream: { job: "gitlab", host }, values: [["1", line]] })) },
      }),
  ],
  ["logcli", each(({ line, host }) => `${at} {host="${host}", job="gitlab"} ${line}`)],
  ["logcli --output=jsonl", each(({ line, host }) => json({ labels: { host, job: "gitlab" }, line, timestamp: at }))],
  ["grep -r", each(({ line, host }) => `${host}/production_json.log:${line}`)],
  ["grep -rn", each(({ line, host }, index) => `logs/${host}/production_json.log:${index + 1}:${line}`)],
  [
    "CloudWatch's filter-log-events",
    (lines) => json({ events: lines.map(({ line, host }) => ({ logStreamName: host, timestamp: 1, message: line })) }),
  ],
  ["aws logs tail", each(({ line, host }) => `2026-05-04T09:01:00.123000+00:00 ${host}/production_json ${line}`)],
  ["CloudWatch Insights", each(({ line, host }) => json({ "@timestamp": at, "@logStream": host, "@message": line }))],
  [
    "journalctl -o json",
    each(({ line, host }) => json({ _HOSTNAME: host, SYSLOG_IDENTIFIER: "gitlab", MESSAGE: line })),
  ],
  ["journalctl", each(({ line, host }) => `May 04 09:01:00 ${host} gitlab-rails[9]: ${line}`)],
  ["Fluentd", each(({ line, host }) => `${at}\tgitlab.rails\t${json({ hostname: host, message: line })}`)],
  ["Fluent Bit", each(({ line, host }) => json({ date: 1.7e9, log: line, kubernetes: { pod_name: host, host: "n" } }))],
  ["kubectl logs --prefix", each(({ line, host }) => `[pod/gitlab-webservice-${host}/webservice] ${line}`)],
  ["stern", each(({ line, host }) => `gitlab-webservice-${host} webservice ${line}`)],
  ["OpenTelemetry", each((one) => otlp(one, stringValue(one.line)))],
  ["OpenTelemetry that decodes JSON", each((one) => otlp(one, otlpValue(JSON.parse(one.line))))],
  ["Splunk", each(({ line, host }) => json({ preview: false, offset: 0, result: { _raw: line, host } }))],
  [
    "Splunk's fields",
    each(({ line, host }) => {
      const { params, ...record } = JSON.parse(line);
      const column = (name: "key" | "value") => params.map((one: Record<string, string>) => one[name]);
      return json({ result: { ...record, host, "params{}.key": column("key"), "params{}.value": column("value") } });
    }),
  ],
  ["Datadog", each(({ line, host }) => json({ id: "x", attributes: { host, message: line } }))],
  ["Graylog", each(({ line, host }) => json({ gl2_source: host, message: line }))],
  ["Graylog's CSV", table("timestamp,source,message", ({ line, host }) => `${at},${host},${csv(line)}`)],
  ["GELF", each(({ line, host }) => json({ version: "1.1", host, short_message: line, level: 6 }))],
  ["Splunk's CSV", table("_time,host,_raw,_cd", ({ line, host }, i) => `"${at}","${host}",${csv(line)},"5:${i}"`)],
  [
    "Splunk's fields of an indexer each",
    each(({ line, host }, i) =>
      json({
        result: {
          _raw: line,
          host,
          splunk_server: `idx-${i}`,
          _si: [`idx-${i}`, "main"],
          _cd: `5:${i}`,
          _bkt: `x~${i}`,
        },
      }),
    ),
  ],
  [
    "Azure's tables",
    (lines) =>
      json({
        tables: [
          {
            name: "PrimaryResult",
            columns: [{ name: "TimeGenerated" }, { name: "Computer" }, { name: "RawData" }],
            rows: lines.map(({ line, host }) => [at, host, line]),
          },
        ],
      }),
  ],
  [
    "an unknown shipper, pretty-printed",
    each(({ line, host }) => JSON.stringify({ whence: host, what: JSON.parse(line) }, null, 2)),
  ],
  ["lists by host, pretty-printed", each(({ line, host }) => JSON.stringify({ [host]: [JSON.parse(line)] }, null, 2))],
  [
    "Azure's objects",
    (lines) =>
      JSON.stringify(
        lines.map(({ line, host }) => ({ Computer: host, Log_s: line })),
        null,
        2,
      ),
  ],
  ["Salt's JSON", each(({ line, host }) => json({ [host]: line }))],
  ["Ansible's JSON", each(({ line, host }) => json({ plays: [{ hosts: { [host]: { stdout: line } } }] }))],
  ["Azure's CSV", table("TimeGenerated,RawData,Computer", ({ line, host }) => `${at},${csv(line)},${host}`)],
  ["a table of Markdown", table("| time | line | host |", ({ line, host }) => `| ${at} | ${line} | ${host} |`)],
  [
    "Google's logging",
    (lines) =>
      json(
        lines.map(({ line, host }, i) => ({
          insertId: `1x${i}abc9z`,
          jsonPayload: JSON.parse(line),
          resource: { type: "gce_instance", labels: { instance_id: `77${host.slice(-1)}` } },
          receiveTimestamp: `2026-05-04T09:01:0${i}Z`,
        })),
      ),
  ],
  [
    "Datadog's tags",
    each(({ line, host }, i) => json({ id: `AgAAA${i}x`, tags: ["env:x", `host:${host}`], message: line })),
  ],
  ["Datadog's CSV", table("Date,Host,Service,Message", ({ line, host }) => `"${at}","${host}","gitlab",${csv(line)}`)],
  [
    "New Relic",
    each(({ line, host }, i) =>
      json({ messageId: `m${i}`, fullHostname: host, message: line, newrelic: { source: "x" } }),
    ),
  ],
  [
    "Sumo Logic",
    each(({ line, host }, i) =>
      json({ map: { _messageid: `${i}9`, _sourcehost: host, _raw: line, _receipttime: `${i}` } }),
    ),
  ],
  [
    "Papertrail",
    each(({ line, host }, i) => `70${i}\t${at}\t${at}\t123\t${host}\t10.0.0.1\tLocal7\tInfo\tgitlab\t${line}`),
  ],
  [
    "CloudWatch Insights' results",
    (lines) =>
      json({
        results: lines.map(({ line, host }, i) => [
          { field: "@timestamp", value: `2026-05-04 09:01:0${i}.000` },
          { field: "@logStream", value: host },
          { field: "@message", value: line },
          { field: "@ptr", value: `CmAKJAog${i}xYz` },
        ]),
      }),
  ],
  ["an unknown shipper", each(({ line, host }, i) => json({ seq: i, id: `e${i}`, whence: host, payload: line }))],
  ["docker compose", each(({ line, host }) => `gitlab-${host}  | ${line}`)],
  ["docker service", each(({ line, host }) => `gitlab.1.x7@${host}    | ${line}`)],
  ["pdsh", each(({ line, host }) => `${host}: ${line}`)],
  ["pdsh, by address", each(({ line, host }) => `10.0.0.${host.slice(-1)}: ${line}`)],
  ["Fabric", each(({ line, host }) => `[${host}] out: ${line}`)],
  ["ansible-playbook", each(({ line, host }) => `ok: [${host}] => ${json({ changed: false, rc: 0, stdout: line })}`)],
  ["multitail", each(({ line, host }) => `[${host}] 09:01:00 ${line}`)],
  ["tail of several files", under((host) => [`==> ${host}/production_json.log <==`])],
  ["ansible", under((host) => [`${host} | CHANGED | rc=0 >>`])],
  ["ansible, by address", under((host) => [`10.0.0.${host.slice(-1)} | CHANGED | rc=0 >>`])],
  ["pssh", under((host, i) => [`[${i + 1}] 09:01:0${i} [SUCCESS] ${host}`])],
  ["clush", under((host) => ["---------------", host, "---------------"])],
  ["more", under((host) => ["::::::::::::::", `${host}/production_json.log`, "::::::::::::::"])],
  ["salt", (lines) => lines.map(({ line, host }) => `${host}:\n    ${line}\n`).join("")],
  ["ssh in a loop", under((host) => [`### ${host}`])],
  ["a terminal", under((host) => [`root@${host}:~# grep oauth/token production_json.log`])],
];

/** Exports that name the machine too far from the record for a reader of one record to see it. */
const hidden: readonly (readonly [string, (lines: readonly Shipped[]) => string])[] = [
  [
    "Azure's tables, pretty-printed",
    (lines) =>
      JSON.stringify(
        { tables: [{ columns: [{ name: "Computer" }], rows: lines.map((one) => [one.host, JSON.parse(one.line)]) }] },
        null,
        2,
      ),
  ],
];

const unnamed: readonly (readonly [string, (lines: readonly Shipped[]) => string])[] = [
  ["the file itself", each(({ line }) => line)],
  ["the file with CRLF", (lines) => lines.map(({ line }) => `${line}\r\n`).join("")],
  ["containerd", each(({ line }) => `${at} stdout F ${line}`)],
  ["docker", each(({ line }) => json({ log: `${line}\n`, stream: "stdout", time: at }))],
  ["CSV", each(({ line }) => `"${at}",${csv(line)}`)],
  ["Splunk's raw text", each(({ line }) => json({ result: { _raw: line } }))],
  ["svlogd", each(({ line }) => `2026-05-04_09:01:00.12345 ${line}`)],
  ["a list", (lines) => `[${lines.map(({ line }) => line).join(",")}]`],
  ["pretty-printed", each(({ line }) => JSON.stringify(JSON.parse(line), null, 2))],
  ["docker compose, one service", each(({ line }) => `gitlab-1  | ${line}`)],
  ["gitlab-ctl tail", under(() => ["", "==> /var/log/gitlab/gitlab-rails/production_json.log <=="])],
  ["grep with context", each(({ line }) => `${line}\n--`)],
  ["grep on one file", each(({ line }) => `production_json.log:${line}`)],
];

export const shippers: readonly Shipper[] = [
  ...hidden.map(([name, file]) => ({ name, file, names: "hidden" as const })),
  ...named.map(([name, file]) => ({ name, file, names: "machines" as const })),
  ...unnamed.map(([name, file]) => ({ name, file, names: "nothing" as const })),
];
