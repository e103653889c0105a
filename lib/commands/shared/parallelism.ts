import { UsageError } from "../../errors";
import { quoted } from "../../util/json-text";

export const PARALLELISM_OPTION = [
  "--parallelism <n>",
  "how many resources Terraform works on at once (default: 10; the provider keeps to the server's rate limit by itself)",
] as const;

/** The option's value. @throws UsageError when it is not a whole number above 0 */
export function parallelismOf(value: string | undefined): { readonly parallelism?: number } {
  if (value === undefined) return {};
  const parallelism = Number(value);
  if (Number.isInteger(parallelism) && parallelism > 0) return { parallelism };
  throw new UsageError({
    rule: "run/parallelism",
    message: `--parallelism: got ${quoted(value)}; expected a whole number above 0`,
    fix: "omit it for 10",
  });
}
