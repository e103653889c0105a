import type { LifeLimits } from "../../gitlab/token-life";

/** Days that the PAT must last, unless options say otherwise. */
export const DEFAULT_LIMITS: LifeLimits = { minDays: 14, warnDays: 60 };
