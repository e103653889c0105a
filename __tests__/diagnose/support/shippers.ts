/** How a log's line gets from its machine into a file: what each program on the way makes of it. */
export interface Shipper {
  readonly name: string;
  /** A file's text from lines, each with the machine that wrote it. */
  readonly file: (lines: readonly Shipped[]) => string;
  /** Whether the file says which machine a line is of. */
  readonly namesMachines: boolean;
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
];

const unnamed: readonly (readonly [string, (lines: readonly Shipped[]) => string])[] = [
  ["the file itself", each(({ line }) => line)],
  ["the file with CRLF", (lines) => lines.map(({ line }) => `${line}\r\n`).join("")],
  ["containerd", each(({ line }) => `${at} stdout F ${line}`)],
  ["docker", each(({ line }) => json({ log: `${line}\n`, stream: "stdout", time: at }))],
  ["docker compose", each(({ line }) => `gitlab-1  | ${line}`)],
  ["CSV", each(({ line }) => `"${at}",${csv(line)}`)],
  ["Splunk's raw text", each(({ line }) => json({ result: { _raw: line } }))],
  ["svlogd", each(({ line }) => `2026-05-04_09:01:00.12345 ${line}`)],
  ["a list", (lines) => `[${lines.map(({ line }) => line).join(",")}]`],
  ["pretty-printed", each(({ line }) => JSON.stringify(JSON.parse(line), null, 2))],
  ["grep on one file", each(({ line }) => `production_json.log:${line}`)],
];

export const shippers: readonly Shipper[] = [
  ...named.map(([name, file]) => ({ name, file, namesMachines: true })),
  ...unnamed.map(([name, file]) => ({ name, file, namesMachines: false })),
];
