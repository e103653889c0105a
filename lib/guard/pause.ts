import { existsSync } from "node:fs";
import { type Clock, systemClock } from "../http/pace";

/** How often what waits looks whether the pause is over, in milliseconds. */
const LOOK = 250;

/** Holds writes as long as a file is there. */
export class Pause {
  private isPaused = false;

  /** @param file undefined where there is no pausing */
  constructor(
    private readonly file: string | undefined,
    private readonly onChange: (isPaused: boolean) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Whether writes are to be held now. */
  get isOn(): boolean {
    if (this.file === undefined) return false;
    const isPaused = existsSync(this.file);
    if (isPaused !== this.isPaused) {
      this.isPaused = isPaused;
      this.onChange(isPaused);
    }
    return isPaused;
  }

  /** Waits until writes may go on; ends at once when the signal is given. */
  async over(signal: AbortSignal): Promise<void> {
    while (this.isOn && !signal.aborted) await this.clock.sleep(LOOK, signal);
  }
}
