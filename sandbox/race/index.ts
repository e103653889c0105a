export { failureRate, type RaceOptions, type RaceOutcome, simulateRace } from "./simulate";
export { gitlabLog, tfeLog } from "./write-logs";
