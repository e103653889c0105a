import type { DiagnosedInput, Diagnosis, Skipped } from "../../diagnose/diagnosis";
import { type Html, html } from "../html/html";
import { utc } from "../html/utc";

/** What was read, how it was understood, and what was not. */
export function inputsSection({ inputs, skipped }: Diagnosis): Html {
  return html`<section aria-labelledby="inputs-title"><h2 id="inputs-title">What was read</h2>
<div class="card plain-table"><table><thead><tr>${[
    "Input",
    "Kind",
    "Lines",
    "Relevant",
    "Refreshes",
    "Period",
    "Times and durations",
  ].map(
    (title, index) => html`<th scope="col"${index >= 2 && index <= 4 && html` class="number"`}>${title}</th>`,
  )}</tr></thead>
<tbody>${inputs.map(inputRow)}</tbody></table></div>
<h2 id="skipped-title">Not understood or not used</h2>
${
  skipped.length === 0
    ? html`<p class="card">Nothing was left out.</p>`
    : html`<div class="card plain-table"><table><thead><tr><th scope="col">Input</th><th scope="col">What</th><th scope="col" class="number">Count</th><th scope="col">First lines</th></tr></thead>
<tbody>${skipped.map(skippedRow)}</tbody></table></div>`
}</section>`;
}

function inputRow(input: DiagnosedInput): Html {
  const { name, container, kinds, wrappings, lines, relevantLines, refreshes, first, last, timing } = input;
  const format = new Intl.NumberFormat("en");
  const how = timing.map(
    ({ field, unit, unitBecause, timeIs, timeBecause }) =>
      `${field} in ${unit} (${unitBecause}), time is the ${timeIs} (${timeBecause})`,
  );
  const read = [container === "plain" ? "" : container, ...wrappings.map((wrapping) => `in ${wrapping}`)];
  return html`<tr><th scope="row"><bdi>${name}</bdi></th><td>${kinds.join(", ") || "not recognised"} <span class="dim">${read.filter(Boolean).join(", ")}</span></td>
<td class="number">${format.format(lines)}</td><td class="number">${format.format(relevantLines)}</td><td class="number">${format.format(refreshes)}</td>
<td>${first !== null && utc(first)}${last !== null && last !== first && ` to ${utc(last)}`}</td><td>${how.join("; ")}</td></tr>`;
}

function skippedRow({ reason, explanation, input, count, places }: Skipped): Html {
  return html`<tr><th scope="row"><bdi>${input}</bdi></th><td>${explanation} <code class="dim">${reason}</code></td><td class="number">${count}</td><td>${places.map(({ line }) => line).join(", ")}</td></tr>`;
}
