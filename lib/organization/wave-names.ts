/** The one wave of an organization file that names none. */
export const ONLY_WAVE = "all";
/** The wave of what no named wave takes. */
export const LAST_WAVE = "rest";
