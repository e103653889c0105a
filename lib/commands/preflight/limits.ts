import type { PreflightFacts } from "./facts";

/** Days that the PAT must last: below the first an error, below the second a warning. */
export const DEFAULT_LIMITS: PreflightFacts["limits"] = { minDays: 14, warnDays: 60 };
