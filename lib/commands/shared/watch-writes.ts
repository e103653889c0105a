import { createProgress } from "../../cli/progress";
import type { GuardEvent } from "../../guard/event";
import { type GuardExpectation, isToChange } from "../../guard/expectation";
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
  /** What was to be re-pointed when it began. */
  readonly total: number;
  /** What was as it shall be before it began: it is in Terraform's state now, and nothing was sent. */
  readonly alreadyThere: number;
}

/**
 * Shows how far an apply is: what the server has really done.
 *
 * @param expectation which writes it may send
 */
export function watchWrites({ io }: Context, { links }: GuardExpectation): WriteWatch {
  const progress = createProgress(io);
  const left: LeftByGuard[] = [];
  const refused: Refused[] = [];
  const moving = new Set(links.filter(isToChange).map(({ id }) => id));
  let written = 0;
  let repointed = 0;
  let alreadyThere = 0;
  const onEvent = (event: GuardEvent) => {
    const words = wordsOf(event);
    if (words !== undefined) progress.say(words);
    if (event.type === "written") {
      if (event.what === "already done" && !moving.has(event.id ?? "")) alreadyThere += 1;
      else written += 1;
      if (moving.has(event.id ?? "")) repointed += 1;
    }
    if (event.type === "left") left.push(event);
    if (event.type === "refused") refused.push(event);
    if (event.type === "written" || event.type === "left")
      progress.step("re-pointed", repointed, Math.max(moving.size - left.length, repointed));
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
      return repointed;
    },
    total: moving.size,
    get alreadyThere() {
      return alreadyThere;
    },
  };
}
