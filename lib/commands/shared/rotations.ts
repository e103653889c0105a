import { z } from "zod";
import { readJournal } from "../../files/journal";

/** What the journal says once a new token is in a connection. */
export const PUT = "rotate.put";

const Rotation = z.looseObject({
  at: z.string(),
  connectionId: z.string(),
  /** GitLab's ids of the tokens, where it tells them. */
  newTokenId: z.number().nullable(),
  oldTokenId: z.number().nullable(),
});
export type Rotation = z.infer<typeof Rotation>;

/** The last rotation that put a token in, by a journal; undefined before the first. */
export function lastRotation(journal: string): Rotation | undefined {
  const last = readJournal(journal)
    .entries.filter(({ event }) => event === PUT)
    .at(-1);
  return Rotation.safeParse(last).data;
}
