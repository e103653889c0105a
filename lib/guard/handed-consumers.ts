import { z } from "zod";
import { UsageError } from "../errors";
import { writeFileAtomic } from "../files/atomic";
import { readJson } from "../files/read-file";
import { fileTrouble } from "../util/file-trouble";
import { jsonText } from "../util/json-text";

const VERSION = 1;

/** The API's answers about remote state consumers, by their targets below the API's root. */
export type ConsumerPages = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const HandedConsumers = z.strictObject({
  version: z.literal(VERSION),
  pages: z.record(z.string(), z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) })),
});

/**
 * Writes what a plan read of remote state consumers, for the apply of that plan.
 *
 * @returns what to say where it could not be written; the apply then asks again
 */
export function handConsumers(file: string, pages: ConsumerPages): string | undefined {
  try {
    writeFileAtomic(file, `${jsonText({ version: VERSION, pages: Object.fromEntries(pages) })}\n`, { mode: 0o600 });
    return undefined;
  } catch (error) {
    const trouble = fileTrouble(error);
    if (trouble === undefined) throw error;
    return asksAgain(trouble.message);
  }
}

/**
 * What the plan read that is applied now; nothing where it read none.
 *
 * @returns what to say where there is a file that is not what {@link handConsumers} writes
 */
export function handedConsumers(file: string): ConsumerPages | string {
  try {
    const json = readJson(file, { rule: "guard/consumers", fix: "" });
    if (json === undefined) return new Map();
    const read = HandedConsumers.safeParse(json.value);
    return read.success
      ? new Map(Object.entries(read.data.pages))
      : asksAgain(`${file} does not have version ${VERSION} of the format`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return asksAgain(`${file}: ${error.problems[0]?.message}`);
  }
}

const asksAgain = (why: string) =>
  `NOTE     The remote state consumers that the plan read are not used: ${why}. The apply reads them again.`;
