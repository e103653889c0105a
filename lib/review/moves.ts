import { z } from "zod";
import type { Review } from "./model";

const Waves = z.record(z.string(), z.number().int().positive());

/** Which way a plan goes and which waves it touches; also kept in the journal, for who has no plan to look into. */
export const Moves = z.object({
  /** How many resources of each wave go to the new connection. */
  forward: Waves,
  /** How many resources of each wave go back to an old one. */
  back: Waves,
  /** How many connections have their personal access token exchanged in place. */
  tokensExchanged: z.number().int().nonnegative(),
  /** How many connections the plan makes. */
  connectionsCreated: z.number().int().nonnegative(),
});
export type Moves = z.infer<typeof Moves>;

/** Counts what a reviewed plan moves, by direction and wave. Pure. */
export function movesOf({ changes, summary }: Pick<Review, "changes" | "summary">): Moves {
  const count = (wanted: "forward" | "back") => {
    const waves: Record<string, number> = {};
    for (const { direction, wave } of changes) {
      if (direction === wanted && wave !== null) waves[wave] = (waves[wave] ?? 0) + 1;
    }
    return waves;
  };
  return {
    forward: count("forward"),
    back: count("back"),
    tokensExchanged: summary.tokensExchanged,
    connectionsCreated: changes.filter(({ kind, action }) => kind === "connection" && action === "create").length,
  };
}
