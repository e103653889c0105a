import type { Problem } from "../../errors";
import type { LifeLimits } from "../../gitlab/token-life";

/** Days that the PAT must last, unless options say otherwise. */
export const DEFAULT_LIMITS: LifeLimits = { minDays: 14, warnDays: 60 };

/** Why limits make no sense; none where they do. @param rule the command's own */
export function wrongLimits(rule: string, { minDays, warnDays }: LifeLimits): readonly Problem[] {
  if (warnDays >= minDays) return [];
  return [
    {
      rule,
      message: `--warn-days ${warnDays} is below --min-days ${minDays}, so that it would never warn`,
      fix: "give --warn-days at least as many days as --min-days",
    },
  ];
}
