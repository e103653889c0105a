import { createProgress } from "../../cli/progress";
import type { GuardEvent } from "../../guard/event";
import type { Context } from "./context";
import { wordsOf } from "./guard-settings";

/** What was not changed, since it is no longer what was reviewed. */
export type LeftByGuard = Extract<GuardEvent, { type: "left" }>;
type Refused = Extract<GuardEvent, { type: "refused" }>;

/** What is seen of the writes of one run. */
export interface WriteWatch {
  readonly onEvent: (event: GuardEvent) => void;
  /** Clears the line that tells how far it is, for another that stays. */
  readonly clear: () => void;
  readonly end: () => void;
  readonly left: readonly LeftByGuard[];
  readonly refused: readonly Refused[];
  /** What the server has done. */
  readonly written: number;
  /** Of that, what was re-pointed. */
  readonly repointed: number;
}

/**
 * Shows how far an apply is: what the server has really done.
 *
 * @param total how many resources it re-points
 */
export function watchWrites({ io }: Context, total: number): WriteWatch {
  const progress = createProgress(io);
  const left: LeftByGuard[] = [];
  const refused: Refused[] = [];
  let written = 0;
  let links = 0;
  const onEvent = (event: GuardEvent) => {
    const words = wordsOf(event);
    if (words !== undefined) progress.say(words);
    if (event.type === "written") {
      written += 1;
      if (event.kind !== "connection" && event.kind !== "connection-project") links += 1;
    }
    if (event.type === "left") left.push(event);
    if (event.type === "refused") refused.push(event);
    if (event.type === "written" || event.type === "left")
      progress.step("re-pointed", links, Math.max(total - left.length, links));
  };
  return {
    onEvent,
    clear: progress.end,
    end: progress.end,
    left,
    refused,
    get written() {
      return written;
    },
    get repointed() {
      return links;
    },
  };
}
