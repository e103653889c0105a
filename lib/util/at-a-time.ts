/**
 * Does the work for each item, in order, so many at a time. Work that answers `"stop"` keeps what has not begun from beginning.
 *
 * @throws what the first failing work throws
 */
export async function atATime<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<"stop" | undefined>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if ((await work(next)) === "stop") queue.length = 0;
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
