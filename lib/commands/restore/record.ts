import { renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { readJson } from "../../files/read-file";
import { RESTORE_VERSION, Restoration } from "../../migration/restore";
import { jsonText } from "../../util/json-text";
import type { Paths } from "../shared/paths";

/**
 * The restoration that was begun and is not done; undefined when there is none.
 *
 * @throws UsageError when it cannot be read: it must not be lost.
 */
export function readRecord({ restoration: file, key }: Paths): Restoration | undefined {
  const fix = `do not delete it: it says what must be linked again. Compare it with inventory/${key}.json, or use the Repoint that wrote it`;
  const json = readJson(file, { rule: "restore/unreadable", fix });
  if (json === undefined) return undefined;
  const content = json.value;
  const version: unknown = typeof content === "object" && content !== null ? Reflect.get(content, "version") : null;
  if (typeof version === "number" && version !== RESTORE_VERSION) {
    throw new UsageError({
      rule: "restore/version",
      file,
      path: "version",
      message: `the record of a restoration is version ${version} of the format; this program reads version ${RESTORE_VERSION}`,
      fix: "use the Repoint that wrote it: it says what must be linked again",
    });
  }
  const parsed = Restoration.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UsageError({
    rule: "restore/unreadable",
    file,
    message: "the record of a restoration that was started cannot be read",
    fix,
  });
}

export function writeRecord({ restoration: file }: Paths, restoration: Restoration): void {
  writeFileAtomic(file, `${jsonText(Restoration.parse(restoration), 2)}\n`);
}

export function dropRecord({ restoration: file }: Paths): void {
  rmSync(file, { force: true });
}

/** Keeps a record that is given up under another name, and returns it. */
export function putAsideRecord({ restoration: file }: Paths, now: Date): string {
  const aside = join(dirname(file), `restore-abandoned-${now.toISOString().replace(/[-:]|\.\d+/g, "")}.json`);
  renameSync(file, aside);
  return aside;
}
