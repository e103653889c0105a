import { MASKED } from "./conclude/mask";
import type { Diagnosis, Finding, Place, Race } from "./diagnosis";

const headings: Readonly<Record<Diagnosis["verdict"], string>> = {
  "race-proven": "RACE PROVEN",
  "race-likely": "RACE LIKELY",
  "other-cause": "ANOTHER CAUSE",
  "nothing-found": "NOTHING FOUND",
  insufficient: "NOT ENOUGH INFORMATION",
};
/** How many races are shown in full. */
const MOST_RACES = 5;
const MOST_SKIPPED = 6;

const whoseWords: Readonly<Record<Race["whose"], string>> = {
  terraform: " (Terraform Enterprise's)",
  other: " (not Terraform Enterprise's)",
  unknown: "",
};

const where = (place: Place): string =>
  `${place.input}:${place.line}${place.correlationId === null ? "" : ` (${place.correlationId === MASKED ? "id masked" : place.correlationId})`}`;

/** A span of seconds. */
const span = (seconds: number): string =>
  seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function size(bytes: number): string {
  if (bytes < 1024) return plural(bytes, "byte");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ""}`;
}

function applicationWords({ client, whose }: Race): string {
  if (client === "") return ", application not named";
  return `, application ${client === MASKED ? "(id masked)" : client}${whoseWords[whose]}`;
}

/** A race's doubts, but for those that stand in the first line already. */
function doubtLines({ verdict, races }: Diagnosis, race: Race): readonly string[] {
  const told = verdict === "race-likely" ? races.find(({ whose }) => whose !== "other")?.doubts : undefined;
  if (race.doubts.length > 0 && told?.join("\n") === race.doubts.join("\n"))
    return ["  doubt: the one in the first line"];
  return race.doubts.map((doubt) => `  doubt: ${doubt}`);
}

function raceLines(diagnosis: Diagnosis, race: Race): readonly string[] {
  const member = (id: string) => diagnosis.timeline.refreshes.find((refresh) => refresh.id === id);
  const winner = member(race.winner);
  const lines = [
    `${race.id}  ${race.certainty}, ${race.strength} evidence (${race.basis})${applicationWords(race)}`,
    `  ${race.explanation}`,
    ...doubtLines(diagnosis, race),
  ];
  const members = [winner, ...race.losers.slice(0, 5).map(member)];
  for (const refresh of members) {
    if (refresh === undefined) continue;
    const times = refresh.start === null || refresh.end === null ? "no time" : `${refresh.start} → ${refresh.end}`;
    const took = refresh.duration === null ? "" : `  ${refresh.duration.toFixed(2)} s`;
    const role = refresh.id === race.winner ? "won " : "lost";
    lines.push(`  ${role}  ${refresh.status}  ${times}${took}  ${where(refresh.place)}`);
  }
  if (race.loserCount > 5) lines.push(`  … and ${race.loserCount - 5} more that lost`);
  if (race.laterRefusals > 0)
    lines.push(`  Afterwards ${plural(race.laterRefusals, "more refresh was", "more refreshes were")} refused.`);
  if (race.webhooks !== null && race.webhooks.count > 0) {
    lines.push(
      `  Webhooks during the race and in the minute before it: ${race.webhooks.count} (at most ${race.webhooks.peakPerSecond} a second).`,
    );
  }
  if (race.errors > 0) lines.push(`  Errors in Terraform Enterprise's logs at the time: ${race.errors}.`);
  return lines;
}

function findingLines(finding: Finding): readonly string[] {
  const subject = finding.subject === null ? "" : ` — ${finding.subject === MASKED ? "name masked" : finding.subject}`;
  const period =
    finding.first === null
      ? ""
      : `, ${finding.first === finding.last ? finding.first : `${finding.first} … ${finding.last}`}`;
  const first = finding.evidence[0];
  return [
    `${finding.title}${subject}: ${plural(finding.count, "time")}${period}  [${finding.rule}]`,
    `  ${finding.explanation}`,
    `  Remedy: ${finding.remedy}`,
    ...(first === undefined ? [] : [`  First seen: ${where(first)}`]),
  ];
}

function inputLines(diagnosis: Diagnosis): readonly string[] {
  return diagnosis.inputs.flatMap((input) => {
    const kind = input.kinds.length === 0 ? "not recognised" : input.kinds.join(", ");
    const wrapped = input.wrappings.length === 0 ? "" : ` in ${input.wrappings.join(", ")}`;
    const packed = input.container === "plain" ? "" : ` (${input.container})`;
    return [
      `${input.name}${packed}: ${kind}${wrapped}; ${size(input.bytes)}, ${plural(input.lines, "line")}, ${input.relevantLines} relevant, ${plural(input.refreshes, "refresh", "refreshes")}`,
      ...input.timing.map(
        (timing) =>
          `  ${timing.field} read as ${timing.unit === "s" ? "seconds" : "milliseconds"} (${timing.unitBecause}), time as the request's ${timing.timeIs} (${timing.timeBecause})`,
      ),
    ];
  });
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Whether nothing was refused, and so nothing is to be done. */
function isDone({ verdict, next, collect, totals }: Diagnosis): boolean {
  if (next.length + collect.length > 0 || verdict !== "nothing-found") return false;
  return totals.refreshes.refused + totals.refreshes.failed === 0;
}

function applicationLines({ options: { applications } }: Diagnosis): readonly string[] {
  if (applications.length === 0) return [];
  const list = applications.map(({ id, from }) => `${id} (${from})`);
  return [`Terraform Enterprise's ${list.length === 1 ? "application" : "applications"}: ${list.join(", ")}.`];
}

/** The diagnosis for people, line by line. Ends with what to do next. */
export function renderText(diagnosis: Diagnosis): readonly string[] {
  const { races, raceCount, causes, context, skipped, collect, next } = diagnosis;
  const shownRaces = races.slice(0, MOST_RACES).flatMap((race) => raceLines(diagnosis, race));
  if (raceCount > MOST_RACES)
    shownRaces.push(`… and ${plural(raceCount - MOST_RACES, "more race")} (--json lists them)`);
  const shownSkipped = skipped.slice(0, MOST_SKIPPED).map((one) => {
    const lines =
      one.places.length === 0
        ? ""
        : ` (line ${one.places.map((place) => place.line).join(", ")}${one.count > one.places.length ? ", …" : ""})`;
    return `${one.input}: ${one.count} × ${one.explanation}${lines}  [${one.reason}]`;
  });
  if (skipped.length > MOST_SKIPPED)
    shownSkipped.push(`… and ${skipped.length - MOST_SKIPPED} more (--json lists them)`);
  const steps = (list: Diagnosis["next"]): readonly string[] =>
    list.flatMap((step) => [`${step.what}:`, `    ${step.command}`]);
  return [
    `${headings[diagnosis.verdict]}: ${diagnosis.summary}`,
    ...applicationLines(diagnosis),
    ...section("Not understood, not fully read, or not used", shownSkipped),
    ...section("Races", shownRaces),
    ...section("Causes", causes.flatMap(findingLines)),
    ...section("Also found", context.flatMap(findingLines)),
    ...section(
      `What was read (times in UTC; clocks may differ by up to ${span(diagnosis.options.clockTolerance)}: --clock-tolerance)`,
      inputLines(diagnosis),
    ),
    ...section("Collect", steps(collect)),
    ...section("Next", isDone(diagnosis) ? ["nothing to do"] : steps(next)),
  ];
}
