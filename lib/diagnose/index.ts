export { shownFile } from "./conclude/mask";
export { type DiagnoseOptions, defaultOptions, diagnose, foundSomething } from "./diagnose";
export type {
  Diagnosis,
  Finding,
  Place,
  Race,
  Skipped,
  Step,
  TimelineError,
  TimelineRefresh,
  Verdict,
} from "./diagnosis";
export type { InputFacts } from "./read/input-facts";
export { readChunks, readFiles, type Source } from "./read/read-files";
export { reasonOf } from "./read/reason";
export { renderText } from "./text";
