import { isObject, type JsonObject } from "./lenient-json";

/**
 * Where log shippers and log stores name the machine, or the stream of one, that a line comes from: Filebeat and Elastic (host.name,
 * host.hostname, agent.hostname, beat.hostname, kubernetes.…), Fluentd and Fluent Bit (host, hostname, kubernetes.host), journald's export
 * (_HOSTNAME, _MACHINE_ID), CloudWatch (logStreamName, logStream, ec2_instance_id), Loki (labels), OpenTelemetry (host.name, k8s.pod.name,
 * k8s.node.name, service.instance.id), Google's and Azure's logs (instance_id, Computer), Splunk (host), Graylog (source).
 */
const names = new Set([
  "host.name",
  "host.hostname",
  "host.id",
  "host_name",
  "hostname",
  "host",
  "nodename",
  "node",
  "node_name",
  "instance",
  "instance_id",
  "instance-id",
  "agent.hostname",
  "agent.name",
  "beat.hostname",
  "beat.name",
  "_hostname",
  "_machine_id",
  "syslog_hostname",
  "fromhost",
  "logstreamname",
  "logstream",
  "log_stream",
  "log_stream_name",
  "@logstream",
  "ec2_instance_id",
  "computer",
  "gl2_source",
  "source_host",
  "server",
  "vm",
  "container",
  "container_id",
  "container_name",
  "container.id",
  "container.name",
  "pod",
  "pod_name",
  "kubernetes.host",
  "kubernetes.pod_name",
  "kubernetes.pod.name",
  "kubernetes.pod_id",
  "kubernetes.node.name",
  "k8s.pod.name",
  "k8s.pod.uid",
  "k8s.node.name",
  "k8s.container.name",
  "service.instance.id",
]);

/** Objects in which such names stand one level further down. */
const groups = new Set([
  "host",
  "agent",
  "beat",
  "kubernetes",
  "k8s",
  "container",
  "node",
  "pod",
  "service",
  "instance",
  "labels",
  "stream",
  "metric",
  "resource",
  "fields",
  "_source",
  "metadata",
  "docker",
  "cloud",
  "tags",
]);

/** The program's own name is no machine's, and neither is a file's or a region's. */
const isName = (key: string, value: unknown): value is string | readonly unknown[] => {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof one === "string" && one !== "" && names.has(key.toLowerCase());
};

/** The folder of a shipped file tells logs apart that were gathered on one machine. */
function folderOf(path: unknown): string | undefined {
  return typeof path === "string" && /[/\\]/.test(path) ? path.slice(0, path.search(/[/\\][^/\\]*$/)) : undefined;
}

function collect(object: JsonObject, prefix: string, depth: number, into: string[]): void {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (isName(path, value) || (prefix !== "" && prefix !== "service" && isName(key, value)))
      into.push(`${path}=${String(value)}`);
    else if (isObject(value) && depth < 3 && groups.has(key))
      collect(value, isLabels(key) ? "" : path, depth + 1, into);
    else if (key === "attributes" && Array.isArray(value)) attributes(value, into);
  }
}

const isLabels = (key: string): boolean => /^(?:labels|stream|metric|fields|_source|resource|metadata|tags)$/.test(key);

/** OpenTelemetry's lists of `{key, value: {stringValue}}`. */
function attributes(list: readonly unknown[], into: string[]): void {
  for (const one of list) {
    if (!isObject(one) || typeof one.key !== "string" || !isObject(one.value)) continue;
    if (isName(one.key, one.value.stringValue)) into.push(`${one.key}=${String(one.value.stringValue)}`);
  }
}

/** The machine that a wrapping names, as a text that is equal for the same one; undefined where it names none. */
export function machineOf(wrapping: JsonObject): string | undefined {
  const found: string[] = [];
  collect(wrapping, "", 0, found);
  if (isObject(wrapping.resource) && Array.isArray(wrapping.resource.attributes))
    attributes(wrapping.resource.attributes, found);
  const log = wrapping.log;
  const file = isObject(log) && isObject(log.file) ? log.file.path : (wrapping.filename ?? wrapping["log.file.path"]);
  const folder = folderOf(Array.isArray(file) ? file[0] : file);
  if (folder !== undefined && !/^[/\\]?var[/\\]log[/\\]gitlab/.test(folder)) found.push(`folder=${folder}`);
  return found.length === 0 ? undefined : [...new Set(found)].sort().join(" ");
}

const inText =
  /"(?:host|hostname|host\.name|node|pod|pod_name|k8s\.pod\.name|_HOSTNAME|logStreamName|kubernetes|container_id)"\s*:/;
/** Whether a text has names of machines in it, wherever they stand. */
export const namesMachines = (text: string): boolean => inText.test(text);
