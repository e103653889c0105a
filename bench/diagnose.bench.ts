import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measurement } from "./measurement";

/** MiB of log; REPOINT_BENCH_LOG_MB changes it. */
const SIZE = Number(process.env.REPOINT_BENCH_LOG_MB ?? 2048);
const RUNS = 3;
const program = join(process.cwd(), "bin", "repoint.js");

/**
 * Diagnoses a log of GitLab with one token request among 1000 lines, beside `grep -c`, `jq` and `zcat | grep` on the same file, in one
 * run. Each is the best of three, jq of one. Rows of tools that are not installed are left out.
 */
export async function run(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "repoint-bench-"));
  try {
    return measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(folder: string): readonly Measurement[] {
  const log = join(folder, "production_json.log");
  writeLog(log);
  const plain = best(() => diagnose(log));
  const grep = has("grep") ? best(() => shell(`grep -c /oauth/token ${log}`)) : undefined;
  const jq = has("jq") ? timed(() => shell(`jq -c 'select(.path=="/oauth/token")' ${log} > /dev/null`)) : undefined;
  const rows: Measurement[] = [{ name: `diagnose: ${SIZE} MiB, plain`, value: plain / 1000, unit: "s" }];
  if (grep !== undefined)
    rows.push({ name: "diagnose: as a multiple of grep -c", value: plain / grep, unit: "×", aim: 1.5 });
  if (jq !== undefined) rows.push({ name: "diagnose: as a fraction of jq", value: plain / jq, unit: "×", aim: 1 / 15 });
  rows.push({ name: "diagnose: largest resident memory, plain", value: residentMiB(log), unit: "MiB", aim: 150 });
  if (has("gzip") && has("zcat")) {
    shell(`gzip -1 ${log}`);
    const packed = best(() => diagnose(`${log}.gz`));
    const zcat = best(() => shell(`zcat ${log}.gz | grep -c /oauth/token`));
    rows.push({
      name: "diagnose: compressed, as a multiple of zcat | grep",
      value: packed / zcat,
      unit: "×",
      aim: 1.3,
    });
    rows.push({
      name: "diagnose: largest resident memory, compressed",
      value: residentMiB(`${log}.gz`),
      unit: "MiB",
      aim: 150,
    });
  }
  return rows;
}

const has = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
const shell = (command: string): void => void execFileSync("sh", ["-c", command], { maxBuffer: 1 << 26 });

function diagnose(file: string): void {
  const { status, stderr } = spawnSync(process.execPath, [program, "diagnose", file, "--json"], { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`diagnose ended with ${status}: ${stderr.toString()}`);
}

/** The peak of the process's resident memory, which it tells itself before it ends. */
function residentMiB(file: string): number {
  const tell = "process.on('exit',()=>process.stderr.write('\\nRSS '+process.resourceUsage().maxRSS))";
  const preload = `data:text/javascript,${encodeURIComponent(tell)}`;
  const { stderr } = spawnSync(process.execPath, ["--import", preload, program, "diagnose", file, "--json"], {
    maxBuffer: 1 << 28,
  });
  const told = [...stderr.toString().matchAll(/RSS (\d+)/g)].map(([, kib]) => Number(kib));
  return Math.max(...told) / 1024;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const best = (work: () => void): number => Math.min(...Array.from({ length: RUNS }, () => timed(work)));

/** A reproducible log: lines as GitLab writes them, of some 1100 bytes. */
function writeLog(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    let written = 0;
    for (let index = 0; written < SIZE * 1024 * 1024; ) {
      const lines: string[] = [];
      for (let count = 0; count < 4000; count += 1, index += 1) lines.push(line(index));
      written += writeSync(descriptor, `${lines.join("\n")}\n`);
    }
  } finally {
    closeSync(descriptor);
  }
}

const paths = [
  "/group/app/-/merge_requests/12/discussions.json",
  "/users/sign_in",
  "/group/infra/info/refs",
  "/-/metrics",
  "/group/app/-/pipelines.json",
];

function line(index: number): string {
  const token = index % 1000 === 0;
  const noise = (index * 2654435761) % 1_000_003;
  return JSON.stringify({
    method: token ? "POST" : "GET",
    path: token ? "/oauth/token" : paths[noise % paths.length],
    format: "json",
    controller: token ? "Oauth::TokensController" : "Projects::MergeRequestsController",
    action: token ? "create" : "show",
    status: 200,
    time: new Date(1.7e12 + index * 97).toISOString(),
    params: token
      ? [
          { key: "client_id", value: "5c1f5c1f" },
          { key: "grant_type", value: "refresh_token" },
          { key: "refresh_token", value: "[FILTERED]" },
        ]
      : [
          { key: "namespace_id", value: "group" },
          { key: "project_id", value: "app" },
          { key: "id", value: String(noise) },
        ],
    correlation_id: `01HX${noise.toString(36).toUpperCase()}${index.toString(36)}`,
    "meta.caller_id": "Projects::MergeRequestsController#show",
    "meta.remote_ip": `10.2.${noise % 250}.4`,
    "meta.feature_category": "code_review_workflow",
    "meta.user": "someone",
    "meta.project": "group/app",
    "meta.client_id": "user/12",
    redis_calls: noise % 40,
    redis_duration_s: noise / 1e8,
    redis_read_bytes: noise,
    redis_cache_calls: noise % 30,
    db_count: noise % 80,
    db_write_count: 0,
    db_cached_count: 3,
    db_duration_s: noise / 1e7,
    cpu_s: noise / 3e6,
    mem_objects: noise,
    mem_bytes: noise * 97,
    pid: 4242,
    worker_id: "puma_3",
    rate_limiting_gates: [],
    user_id: 12,
    username: "someone",
    ua: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    remote_ip: "10.2.3.4",
    queue_duration_s: noise / 1e8,
    request_urgency: "default",
    target_duration_s: 1,
    view_duration_s: noise / 1e7,
    duration_s: noise / 5e6,
  });
}
