/** A list that is known to have something in it. @throws Error when it has not */
export function nonEmpty<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error("nothing to choose from");
  return [first, ...rest];
}
