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

export function createProgress(io: Io): Progress {
  return io.stderr.isTTY === true && io.env.TERM !== "dumb" ? onTerminal(io) : inLines(io);
}

function onTerminal(io: Io): Progress {
  let drawn = 0;
  let shown = false;
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
      redraw(io.stderr, `${what}: ${done} of ${total}`);
    },
    say: (line) => {
      clear();
      print(io.stderr, line);
    },
    end: clear,
  };
}

/** One line when a list begins and one when it ends; for long ones one every tenth. */
function inLines(io: Io): Progress {
  const next = new Map<string, number>();
  return {
    step: (what, done, total) => {
      if (total === 0 || (done < total && done < (next.get(what) ?? 0))) return;
      next.set(what, done + Math.max(1000, Math.ceil(total / 10)));
      print(io.stderr, `${what}: ${done} of ${total}`);
    },
    say: (line) => print(io.stderr, line),
    end: () => {},
  };
}
