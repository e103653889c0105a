import type { Io } from "./io";
import { print, redraw } from "./print";

/** Says how far something is: one line that is rewritten on a terminal, a few plain lines elsewhere. */
export interface Progress {
  step(what: string, done: number, total: number): void;
  /** A line that stays, above whatever is still to be said. */
  say(line: string): void;
  /** Leaves nothing half-said. Harmless when nothing was. */
  end(): void;
}

/** At most this often on a terminal, in milliseconds. */
const REDRAW = 100;
/** So often at least elsewhere, in milliseconds. */
const SILENCE = 15_000;

export function createProgress(io: Io): Progress {
  return io.stderr.isTTY === true && io.env.TERM !== "dumb" ? onTerminal(io) : inLines(io);
}

function onTerminal(io: Io): Progress {
  let drawn = 0;
  let shown = false;
  const left = timeLeft();
  const clear = () => {
    if (shown) redraw(io.stderr);
    shown = false;
  };
  return {
    step: (what, done, total) => {
      const now = Date.now();
      if (done < total && now - drawn < REDRAW) return;
      drawn = now;
      shown = true;
      redraw(io.stderr, `${what}: ${done} of ${total}${left(what, done, total, now)}`);
    },
    say: (line) => {
      clear();
      print(io.stderr, line);
    },
    end: clear,
  };
}

/** One line when a list begins and one when it ends; between them one every tenth of a long list, and when it takes long. */
function inLines(io: Io): Progress {
  const next = new Map<string, { readonly done: number; readonly at: number }>();
  const left = timeLeft();
  return {
    step: (what, done, total) => {
      const now = Date.now();
      const rest = left(what, done, total, now);
      const due = next.get(what);
      if (total === 0 || (done < total && due !== undefined && done < due.done && now < due.at)) return;
      next.set(what, { done: done + Math.max(1000, Math.ceil(total / 10)), at: now + SILENCE });
      print(io.stderr, `${what}: ${done} of ${total}${rest}`);
    },
    say: (line) => print(io.stderr, line),
    end: () => {},
  };
}

/** Before that, a guess is worth nothing, in milliseconds. */
const FIRST_GUESS = 3000;

/** Guesses how long the rest of something takes from how long it took so far; says nothing at first and at the end. */
function timeLeft(): (what: string, done: number, total: number, now: number) => string {
  const began = new Map<string, { readonly at: number; readonly done: number }>();
  return (what, done, total, now) => {
    const start = began.get(what);
    if (start === undefined) began.set(what, { at: now, done });
    if (start === undefined || now - start.at < FIRST_GUESS || done <= start.done || done >= total) return "";
    const seconds = Math.ceil(((now - start.at) / (done - start.done)) * (total - done) * 0.001);
    return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
  };
}
