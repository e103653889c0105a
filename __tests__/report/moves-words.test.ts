import { movesQuestion, movesText } from "../../lib/report/moves-words";
import type { Moves } from "../../lib/review/moves";

const none: Moves = { forward: {}, back: {}, tokensExchanged: 0, connectionsCreated: 0 };

it.each<[moves: Partial<Moves>, text: readonly string[], question: string]>([
  [{}, [], "Apply this plan, which re-points nothing, in acme?"],
  [{ connectionsCreated: 1 }, [], "Create the new connection, in acme?"],
  [
    { forward: { canary: 1 }, connectionsCreated: 1 },
    ['moves forward, to the new connection: wave "canary" (1)'],
    'Create the new connection and re-point 1 resource of wave "canary" (1) to the new connection, in acme?',
  ],
  [
    { back: { canary: 4, staging: 10 } },
    ['moves BACK, to the old connection: waves "canary" (4), "staging" (10)'],
    'Take 14 resources of waves "canary" (4), "staging" (10) BACK to the old connection, in acme?',
  ],
  [
    { forward: { canary: 2 }, back: { rest: 3 } },
    ['moves forward, to the new connection: wave "canary" (2)', 'moves BACK, to the old connection: wave "rest" (3)'],
    'Re-point 2 resources of wave "canary" (2) to the new connection and take 3 resources of wave "rest" (3) BACK to the old connection, in acme?',
  ],
  [
    { tokensExchanged: 1 },
    ["replaces the connection's personal access token in place; its token id and every link stay"],
    "Replace the connection's personal access token, in acme?",
  ],
])("says of %j: %j", (moves, text, question) => {
  const all = { ...none, ...moves };
  expect([movesText(all), movesQuestion(all, "acme")]).toEqual([text, question]);
});
