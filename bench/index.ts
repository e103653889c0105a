import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Measurement } from "./measurement";

/**
 * Runs every benchmark beside this file (or those whose names are given), each in a process of its own, and prints what was
 * measured. Machines differ and are noisy: the ratios, taken in one run, are what counts.
 */
async function main(wanted: readonly string[]): Promise<void> {
  const files = readdirSync(__dirname).filter((name) => name.endsWith(".bench.js"));
  const chosen = files.filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
  for (const file of chosen.sort()) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--expose-gc",
        "-e",
        `require(${JSON.stringify(join(__dirname, file))}).run().then((r) => console.log(JSON.stringify(r)))`,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const last = stdout.trimEnd().split("\n").at(-1) ?? "[]";
    for (const row of JSON.parse(last) as readonly Measurement[]) process.stdout.write(`${printed(row)}\n`);
  }
}

function printed({ name, value, unit, aim }: Measurement): string {
  const number = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  const against = aim === undefined ? "" : `   aim: below ${aim} ${unit}${value > aim ? "  MISSED" : ""}`;
  return `${name.padEnd(72)} ${number.padStart(8)} ${unit.padEnd(4)}${against}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 3;
});
