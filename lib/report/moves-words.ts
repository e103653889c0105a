import type { Moves } from "../review/moves";
import { plural } from "../util/plural";

/**
 * Which way a plan goes and which waves it touches, one sentence part each:
 * `moves forward, to the new connection: wave "canary" (4)`. Empty when it moves nothing and exchanges no token.
 */
export function movesText(moves: Moves): readonly string[] {
  return [
    ...(total(moves.forward) > 0 ? [`moves forward, to the new connection: ${wavesText(moves.forward)}`] : []),
    ...(total(moves.back) > 0 ? [`moves BACK, to the old connection: ${wavesText(moves.back)}`] : []),
    ...(moves.tokensExchanged > 0
      ? ["replaces the connection's personal access token in place; its token id and every link stay"]
      : []),
  ];
}

/** What a person agrees to, as a question: `Take 4 resources of wave "canary" (4) BACK to the old connection, in acme on HOST?` */
export function movesQuestion(moves: Moves, where: string): string {
  const [forward, back] = [total(moves.forward), total(moves.back)];
  const parts = [
    ...(moves.connectionsCreated > 0 ? ["create the new connection"] : []),
    ...(moves.tokensExchanged > 0 ? ["replace the connection's personal access token"] : []),
    ...(forward > 0
      ? [`re-point ${plural(forward, "resource")} of ${wavesText(moves.forward)} to the new connection`]
      : []),
    ...(back > 0 ? [`take ${plural(back, "resource")} of ${wavesText(moves.back)} BACK to the old connection`] : []),
  ];
  const what = parts.length === 0 ? "apply this plan, which re-points nothing" : listed(parts);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}, in ${where}?`;
}

const total = (waves: Readonly<Record<string, number>>): number =>
  Object.values(waves).reduce((sum, count) => sum + count, 0);

/** `wave "canary" (4)`, `waves "canary" (4), "staging" (10)`. */
function wavesText(waves: Readonly<Record<string, number>>): string {
  const names = Object.entries(waves).map(([name, count]) => `"${name}" (${count})`);
  return `${names.length === 1 ? "wave" : "waves"} ${names.join(", ")}`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
