const LEFT_OUT = new Set(["updatedAt", "secret"]);

/**
 * Records as plain data, each kind sorted by id, so that two states can be compared as texts. Secrets and times of change are
 * left out.
 */
export function snapshot(kinds: Readonly<Record<string, ReadonlyMap<string, object>>>): Record<string, unknown> {
  const records = Object.fromEntries(Object.entries(kinds).map(([kind, map]) => [kind, sorted(map)]));
  const plain: Record<string, unknown> = JSON.parse(
    JSON.stringify(records, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value)),
  );
  return plain;
}

function sorted(map: ReadonlyMap<string, object>): Record<string, object> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
