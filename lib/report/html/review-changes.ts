import type { Review, ReviewedChange } from "../../review/model";
import { actionText, kindWords } from "../review-words";
import { type Column, dataTableFrame, filter } from "./elements";
import { type Html, html } from "./html";

const columns: readonly Column[] = [
  { title: "Name", width: 24 },
  { title: "Kind", width: 11 },
  { title: "Project", width: 13 },
  { title: "Wave", width: 9 },
  { title: "Action", width: 13 },
  { title: "Connection", width: 17 },
  { title: "Findings", width: 13 },
];

/** Every change, in a table that the page's script fills. */
export function changesSection({ changes }: Review): Html {
  const rules = new Set(changes.flatMap(({ findings }) => findings));
  const filters = html`${filter(
    "kind",
    "Kind",
    valuesOf(changes, ({ kind }) => kindWords(kind)),
  )}
${filter(
  "project",
  "Project",
  valuesOf(changes, ({ project }) => project ?? ""),
)}
${filter(
  "wave",
  "Wave",
  valuesOf(changes, ({ wave }) => wave ?? ""),
)}
${filter("action", "Action", valuesOf(changes, actionText))}
${
  rules.size > 0 &&
  filter("rule", "Findings", [...rules].sort(), [
    ["any", "with findings"],
    ["none", "without findings"],
  ])
}`;
  return html`<section aria-labelledby="changes-title"><h2 id="changes-title">Every change</h2>
${dataTableFrame("changes", "Every resource that the plan imports, changes or forgets", columns, filters, "Search everything (press /)")}
</section>`;
}

function valuesOf(changes: readonly ReviewedChange[], of: (change: ReviewedChange) => string): readonly string[] {
  return [...new Set(changes.map(of))].sort(new Intl.Collator("en", { numeric: true }).compare);
}
