import type { Diagnosis, Race } from "../../diagnose/diagnosis";
import { plural } from "../../util/plural";
import { badge, dataTableFrame, filter } from "../html/elements";
import { type Html, html } from "../html/html";
import { barKinds, barWords, placeText, raceTitle, type TimelineData } from "./timeline-data";

const hatch = html`<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="hatch-ground"/><line x1="0" y1="0" x2="0" y2="7" class="hatch-line"/></pattern></defs>`;

const keys: readonly (readonly [string, string])[] = [
  ["+", "−", "zoom"],
  ["←", "→", "move"],
  ["↑", "↓", "step through the refreshes"],
  ["0", "", "all"],
].map(([one = "", two = "", does = ""]) => [`${one} ${two}`.trim(), does]);

/** The timeline with its controls, and what each race is about; the page's script draws it. */
export function timelineSection(diagnosis: Diagnosis, data: TimelineData): Html {
  const { races, timeline, raceCount } = diagnosis;
  if (data.bars.length === 0 && data.webhooks.length === 0 && data.errors.length === 0) {
    return html`<section aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<p class="card">There is nothing to draw: the logs contain no refresh of an OAuth token${timeline.errors.length > 0 && `, and ${plural(timeline.errors.length, "error without a time", "errors without times")}`}.</p></section>`;
  }
  const untimed = data.bars.filter(({ start }) => start === null).length;
  const timeless = timeline.errors.length - data.errors.length;
  const notes = [
    untimed > 0
      ? untimed === data.bars.length
        ? "The logs contain no times. Refreshes are drawn in the order of the log; lengths and distances have no meaning."
        : `${plural(untimed, "refresh has no time and is", "refreshes have no times and are")} drawn only within the race, in the order of the log.`
      : "",
    timeless > 0 ? `${plural(timeless, "error has no time and is", "errors have no times and are")} not drawn.` : "",
    timeline.refreshesLeftOut > 0
      ? `${timeline.refreshesLeftOut} more refreshes are not on this page; those of races come first.`
      : "",
    timeline.webhookSecondsLeftOut > 0
      ? `Webhooks of ${timeline.webhookSecondsLeftOut} more seconds are not on this page.`
      : "",
    timeline.errorsLeftOut > 0 ? `${timeline.errorsLeftOut} more errors are not on this page.` : "",
    raceCount > races.length ? `${raceCount - races.length} more races are not on this page.` : "",
  ].filter((note) => note !== "");
  return html`<section aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<div class="row toolbar noprint" role="group" aria-label="What the timeline shows">
<label>Race <select id="race">${races.map((race) => html`<option value="${race.id}">${raceTitle(race)}</option>`)}<option value="">${
    races.length === 0 ? "no race: everything" : "everything"
  }</option></select></label>
<span class="pair"><button type="button" id="previous" aria-label="Previous race">‹</button><button type="button" id="following" aria-label="Next race">›</button></span>
<span class="gap"></span>
<button type="button" id="zoom-out" aria-label="Zoom out">−</button><button type="button" id="zoom-in" aria-label="Zoom in">+</button><button type="button" id="fit">Show all</button>
</div>
<div class="card">
${notes.length > 0 && html`<ul class="plain dim small">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p id="view" class="dim small" role="status" aria-live="polite"></p>
<div class="chart"><svg id="timeline" role="group" aria-label="Timeline of the refreshes" aria-describedby="keys" tabindex="0" height="320">${hatch}</svg><div id="tip" role="tooltip" hidden></div></div>
${legend()}
<p class="dim small keys noprint" id="keys">Drag to zoom in, use the wheel, or press: ${keys.map(([key, does], index) => html`${index > 0 && ", "}<kbd>${key}</kbd> ${does}`)}. The strip at the bottom moves the view.</p>
<noscript><p>The timeline needs scripts, which this browser does not run.</p></noscript>
</div>
${races.map(racePanel)}
${data.bars.length > 0 && table(data, races)}
</section>`;
}

function legend(): Html {
  const bar = (kind: string, text: string): Html =>
    html`<li><svg viewBox="0 0 26 14" aria-hidden="true"><rect x="1" y="2" width="24" height="10" rx="3" stroke-width="1.5" class="${kind}"/></svg>${text}</li>`;
  const sign = (drawing: Html, text: string): Html =>
    html`<li><svg viewBox="0 0 26 14" aria-hidden="true">${drawing}</svg>${text}</li>`;
  return html`<ul class="legend" aria-label="Legend">${bar("won", "✓ won: granted, revoked the token")}${bar("lost", "✕ lost: refused")}${bar("later", "✕ refused afterwards or in no race")}${bar("granted", "✓ granted")}${bar("failed", "! failed otherwise")}
${sign(html`<path d="M13 0v14" class="line"/>`, "token revoked")}${sign(html`<rect x="1" y="1" width="24" height="12" class="losing"/>`, "while the winner was in progress: others lose")}${sign(html`<rect x="11" y="1" width="3" height="12" class="tick"/>`, "webhooks in a second")}${sign(html`<path d="M13 1l6.5 11h-13z" class="mark"/>`, "error in the logs")}</ul>`;
}

function racePanel(race: Race, index: number): Html {
  const {
    id,
    certainty,
    strength,
    explanation,
    doubts,
    client,
    loserCount,
    laterRefusals,
    webhooks,
    errors,
    evidence,
  } = race;
  const tone = certainty === "proven" ? "bad" : "warn";
  const also = [
    loserCount > 0 ? `${plural(loserCount, "refresh", "refreshes")} lost.` : "",
    laterRefusals > 0 ? `Afterwards ${plural(laterRefusals, "more refresh was", "more refreshes were")} refused.` : "",
    webhooks !== null && webhooks.count > 0
      ? `${plural(webhooks.count, "webhook")} in the minute before and during it, at most ${webhooks.peakPerSecond} in a second.`
      : "",
    errors > 0 ? `${plural(errors, "error")} in Terraform Enterprise's logs at the time.` : "",
  ].filter((text) => text !== "");
  return html`<article class="card race-panel ${tone}-edge" data-race-panel="${id}" aria-label="${id}"${index > 0 && html` hidden`}>
<div class="row"><h3>${id}</h3>${badge(tone, certainty)}<span class="dim small">${strength} evidence${client !== "" && html`, application <code>${client}</code>`}</span></div>
<p>${explanation}</p>
<ul>${also.map((text) => html`<li>${text}</li>`)}${doubts.map((doubt) => html`<li><strong>Doubt:</strong> ${doubt}</li>`)}</ul>
<details><summary>Evidence: ${plural(evidence.length, "line")}</summary><ul>${evidence.map(
    (place) =>
      html`<li><code>${placeText(place)}</code>${place.correlationId !== null && html` <span class="dim">${place.correlationId}</span>`}</li>`,
  )}</ul></details></article>`;
}

function table({ bars }: TimelineData, races: readonly Race[]): Html {
  const kinds = barKinds.filter((kind) => bars.some((bar) => bar.kind === kind)).map((kind) => barWords[kind]);
  const columns = [
    { title: "Refresh", width: 14 },
    { title: "Outcome", width: 15 },
    { title: "Status", width: 9 },
    { title: "Began (UTC)", width: 20 },
    { title: "Took", width: 10 },
    { title: "Race", width: 10 },
    { title: "In the logs", width: 22 },
  ];
  const filters = html`${filter("outcome", "Outcome", kinds)}${
    races.length > 0 &&
    filter(
      "race",
      "Race",
      races.map(({ id }) => id),
      [["none", "in no race"]],
    )
  }`;
  return html`<h2 id="refreshes-title">Every refresh</h2>${dataTableFrame("refreshes", "Refreshes of OAuth tokens", columns, filters, "Search everything (press /)")}`;
}
