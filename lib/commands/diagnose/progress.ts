import type { Io } from "../../cli/io";
import { redraw } from "../../cli/print";

/** How often the line is drawn again, in milliseconds. */
const EVERY = 200;
/** Nothing is shown for what is done sooner, in milliseconds. */
const PATIENCE = 500;

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

function time(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
}

/** A line on a terminal's standard error that says how much was read and how long the rest takes; silent elsewhere. */
export class Progress {
  private readonly started: number;
  private drawn: number;
  private visible = false;

  constructor(
    private readonly io: Io,
    private readonly now: () => number = Date.now,
  ) {
    this.started = now();
    this.drawn = this.started + PATIENCE - EVERY;
  }

  readonly update = (done: number, total: number): void => {
    if (this.io.stderr.isTTY !== true || total === 0) return;
    const now = this.now();
    if (now - this.drawn < EVERY) return;
    this.drawn = now;
    this.visible = true;
    const left = ((now - this.started) / 1000 / Math.max(done, 1)) * (total - done);
    const percent = Math.floor((done / total) * 100);
    redraw(this.io.stderr, `read ${mebibytes(done)} of ${mebibytes(total)} (${percent} %), ${time(left)} left`);
  };

  end(): void {
    if (this.visible) redraw(this.io.stderr);
  }
}
