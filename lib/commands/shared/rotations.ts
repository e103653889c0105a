import { z } from "zod";
import { readJournal } from "../../files/journal";

/** What the journal says once a new token is in a connection. */
export const PUT = "rotate.put";
/** And before it is put in. */
export const STARTED = "rotate.started";

const Rotation = z.looseObject({
  at: z.string(),
  connectionId: z.string(),
  /** GitLab's ids of the tokens, where it tells them. */
  newTokenId: z.number().nullable(),
  oldTokenId: z.number().nullable(),
  /** The token that the connection was last known to hold before, by the inventory. */
  knownTokenId: z.number().nullable().default(null),
});
export type Rotation = z.infer<typeof Rotation>;

/** The last rotation that put a token in, by a journal; undefined before the first. */
export function lastRotation(journal: string): Rotation | undefined {
  return rotations(journal)
    .filter(({ event }) => event === PUT)
    .at(-1);
}

/** The last rotation, where it was started and is not known to have put its token in: which one TFE holds is unknown. */
export function unfinishedRotation(journal: string): Rotation | undefined {
  const last = rotations(journal).at(-1);
  return last?.event === STARTED ? last : undefined;
}

/** Every token that a rotation of a connection replaced, or may have replaced, by GitLab's id, and is not the last one that it put in. */
export function replacedTokens(journal: string, connectionId: string): ReadonlyMap<number, Rotation> {
  const all = rotations(journal).filter((rotation) => rotation.connectionId === connectionId);
  const now = all.at(-1)?.newTokenId;
  return new Map(
    all.flatMap((rotation) =>
      rotation.oldTokenId === null || rotation.oldTokenId === now ? [] : [[rotation.oldTokenId, rotation] as const],
    ),
  );
}

function rotations(journal: string): readonly (Rotation & { readonly event: string })[] {
  return readJournal(journal).entries.flatMap((entry) => {
    const { data } = entry.event === PUT || entry.event === STARTED ? Rotation.safeParse(entry) : {};
    return data === undefined ? [] : [{ ...data, event: entry.event }];
  });
}
