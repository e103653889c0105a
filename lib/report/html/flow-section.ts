import type { ReviewedChange } from "../../review/model";
import { plural } from "../../util/plural";
import { type Flow, type FlowGrouping, flowGroupings, flowsOf } from "./flow";
import { flowPicture } from "./flow-picture";
import { type Html, html } from "./html";

/** Longer tables of numbers are cut; the table of changes has everything. */
const MOST_ROWS = 200;

/** What moves where: a picture by kind, project or wave, and the same in numbers. */
export function flowSection(changes: readonly ReviewedChange[]): Html {
  const flows = new Map(flowGroupings.map((by) => [by, flowsOf(changes, by)]));
  const moving = (flows.get("kind") ?? []).reduce((sum, { count }) => sum + count, 0);
  if (moving === 0) {
    return html`<section aria-labelledby="flow-title"><h2 id="flow-title">What moves where</h2>
<p class="card">Nothing moves from one connection to another.</p></section>`;
  }
  const still = changes.length - moving;
  return html`<section aria-labelledby="flow-title">
<div class="row split"><h2 id="flow-title">What moves where</h2>
<div class="segments noprint" role="group" aria-label="Group by">${flowGroupings.map(
    (by, index) =>
      html`<button type="button" data-flow="${by}" aria-pressed="${index === 0 ? "true" : "false"}">by ${by}</button>`,
  )}</div></div>
<div class="card flow">
${[...flows].map(
  ([by, of], index) =>
    html`<div id="flow-${by}" class="picture"${index === 0 ? "" : html` hidden`}>${flowPicture(of, by)}</div>`,
)}
<p class="dim small">${plural(moving, "resource moves", "resources move")}${
    still > 0 && `; ${plural(still, "other change moves nothing", "other changes move nothing")}`
  }. <span class="noprint">Select a group to see its rows in the table.</span></p>
<details><summary>In numbers</summary><div class="numbers">${[...flows].map(([by, of]) => numbers(of, by))}</div></details>
</div></section>`;
}

function numbers(flows: readonly Flow[], by: FlowGrouping): Html {
  const left = flows.length - MOST_ROWS;
  return html`<table><caption>By ${by}</caption><thead><tr><th scope="col">${by}</th><th scope="col">from</th><th scope="col">to</th><th scope="col" class="number">resources</th><th scope="col" class="number">with findings</th></tr></thead>
<tbody>${flows
    .slice(0, MOST_ROWS)
    .map(
      ({ group, from, to, count, exceptions }) =>
        html`<tr><th scope="row"><bdi>${group === "" ? "none" : group}</bdi></th><td><bdi>${from}</bdi></td><td><bdi>${to}</bdi></td><td class="number">${count}</td><td class="number">${exceptions}</td></tr>`,
    )}${left > 0 && html`<tr><td colspan="5" class="dim">and ${left} more</td></tr>`}</tbody></table>`;
}
