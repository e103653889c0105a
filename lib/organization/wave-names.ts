/** The one wave of an organization file that names none. */
export const ONLY_WAVE = "all";
/** The wave of what no named wave takes. */
export const LAST_WAVE = "rest";
/** What `through:` may name before every wave: the new connection is made alone, and nothing moves. */
export const CONNECTION_ALONE = "connection";
