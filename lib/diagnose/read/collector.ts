import { fileOfHeading } from "../lines/heading";
import { readHit } from "../lines/read-hit";
import { recogniseLine } from "../lines/recognise";
import type { Observation, Refresh, Spot } from "../observation";
import type { Hit } from "../scan/hit";
import { emptyPart, limits, type PartResult, type Tally } from "./part-result";
import { thinOut } from "./thin-out";

const SPOTS = 5;

function tally(into: Tally | undefined, spot: Spot): Tally {
  const entry = into ?? { count: 0, first: [] };
  entry.count += 1;
  if (entry.first.length < SPOTS) entry.first.push(spot);
  return entry;
}

/** Gathers what a part of an input says, in bounded memory. */
export class Collector {
  readonly part: PartResult;

  constructor(
    from: number,
    private readonly fileName: string,
  ) {
    this.part = emptyPart(from);
  }

  readonly take = (hit: Hit): void => {
    const { part } = this;
    part.relevant += 1;
    if (hit.hadNul) part.withNul += 1;
    if (hit.hadBadBytes) part.withBadBytes += 1;
    const { line, observations } = readHit(hit, this.fileName);
    for (const wrapping of line.wrappings) part.wrappings.add(wrapping);
    for (const kind of recogniseLine(line, fileOfHeading(hit.heading) ?? this.fileName)) part.kinds.add(kind);
    if (line.damaged && observations.some((one) => one.type !== "not-understood")) part.salvaged += 1;
    for (const observation of observations) this.add(observation);
  };

  private add(observation: Observation): void {
    const { part } = this;
    switch (observation.type) {
      case "refresh":
        this.refresh(observation);
        return;
      case "auth-failure":
        this.keep(part.authFailures, observation, limits.authFailures);
        return;
      case "grant-refusal":
        this.keep(part.grantRefusals, observation, limits.grantRefusals);
        return;
      case "ban":
        this.keep(part.bans, observation, limits.bans);
        return;
      case "symptom":
        this.keep(part.symptoms, observation, limits.symptoms);
        return;
      case "webhook":
        this.webhook(observation.at);
        return;
      case "irrelevant":
        part.irrelevant += 1;
        return;
      case "not-understood":
        part.notUnderstood.set(observation.reason, tally(part.notUnderstood.get(observation.reason), observation.spot));
        return;
    }
  }

  private refresh(refresh: Refresh): void {
    const { part } = this;
    part.refreshes.push(refresh);
    if (refresh.machine !== null || refresh.pod !== null) part.namesMachines = true;
    if (part.refreshes.length < 2 * limits.refreshes) return;
    const kept = thinOut(part.refreshes, limits.refreshes);
    part.notKept.refreshes = (part.notKept.refreshes ?? 0) + part.refreshes.length - kept.length;
    part.refreshes.splice(0, part.refreshes.length, ...kept);
  }

  private keep<T extends Observation>(list: T[], observation: T, most: number): void {
    if (list.length < most) list.push(observation);
    else this.part.notKept[observation.type] = (this.part.notKept[observation.type] ?? 0) + 1;
  }

  private webhook(at: number | null): void {
    const { part } = this;
    if (at === null) {
      part.webhooksWithoutTime += 1;
      return;
    }
    const second = Math.floor(at / 1000);
    const count = part.webhooks.get(second);
    if (count !== undefined || part.webhooks.size < limits.webhookSeconds) part.webhooks.set(second, (count ?? 0) + 1);
    else part.notKept.webhook = (part.notKept.webhook ?? 0) + 1;
  }
}
