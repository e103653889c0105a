import { textSha256 } from "../files/sha256";
import type { Clock } from "../http/pace";
import { errorAnswer, type GuardAnswer } from "./answer";
import { decide } from "./decide";
import type { GuardEvent } from "./event";
import type { Known } from "./known";
import type { GuardOptions } from "./options";
import type { ReadAhead } from "./read-ahead";
import type { RuleId } from "./rules";
import type { GuardRequest, Ruling } from "./ruling";

/** Decides requests by what is known now, and remembers what stopped the run. */
export class Judge {
  private readonly patSha256: string | undefined;
  /** The rule of the refusal that stopped the run. */
  private refused: RuleId | undefined;
  /** Why else nothing that writes passes. */
  private reason: string | undefined;

  constructor(
    private readonly options: Pick<GuardOptions, "expectation" | "pat">,
    private readonly known: Known,
    private readonly readAhead: ReadAhead,
    private readonly clock: Clock,
    private readonly onEvent: (event: GuardEvent) => void,
  ) {
    this.patSha256 = options.pat === undefined ? undefined : textSha256(options.pat);
  }

  /** Why nothing that writes passes any more; undefined while the run goes on. */
  get stopped(): string | undefined {
    return this.refused ?? this.reason;
  }

  /** After this, nothing that writes passes. */
  stop(reason: string): void {
    this.reason ??= reason;
  }

  /** @param patience how many times as old as usual a reading may be that something is written by */
  rule(request: GuardRequest, patience = 1): Ruling {
    const { method, target } = request;
    if (this.refused === undefined && this.reason !== undefined && method !== "GET") {
      const message = `${method} /${target}: no more writes are sent: ${this.reason}.`;
      return { type: "refuse", rule: "stopped", message };
    }
    return decide(request, {
      expectation: this.options.expectation,
      known: this.known,
      stopped: this.refused,
      freshSince: this.freshSince(patience),
      patSha256: this.patSha256,
    });
  }

  freshSince(patience: number): number {
    return this.clock.now() - this.readAhead.oldest * patience;
  }

  /**
   * Of what is not sent since the run ends, nothing is told: the request was as expected.
   *
   * @param stops whether nothing that writes passes after it
   */
  refuse(
    { method, target }: Pick<GuardRequest, "method" | "target">,
    rule: RuleId | "another-token",
    message: string,
    stops: boolean,
  ): GuardAnswer {
    if (rule === "stopped" && this.refused === undefined) return errorAnswer(403, rule, message);
    if (stops && rule !== "another-token" && rule !== "stopped") this.refused ??= rule;
    this.onEvent({ type: "refused", rule, message, method, path: target });
    return errorAnswer(403, rule, message);
  }
}
