import type { Diagnosis } from "../../diagnose/diagnosis";
import type { Tone } from "../html/elements";

/** How a verdict is put at the top of the page. */
export const verdictWords: Readonly<Record<Diagnosis["verdict"], { readonly tone: Tone; readonly title: string }>> = {
  "race-proven": { tone: "bad", title: "The refresh race is proven" },
  "race-likely": { tone: "warn", title: "The refresh race is likely" },
  "other-cause": { tone: "bad", title: "Not the refresh race, but another cause" },
  "nothing-found": { tone: "good", title: "Nothing found" },
  insufficient: { tone: "info", title: "Not enough information" },
};
