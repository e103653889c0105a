import type { Diagnosis, Step } from "../../diagnose/diagnosis";
import { dataTable } from "../html/client/data-table";
import { domTools } from "../html/client/dom";
import { pageTools } from "../html/client/page-tools";
import { rowOrder } from "../html/client/row-order";
import { command, hero, tiles, topBar } from "../html/elements";
import { type Html, html } from "../html/html";
import { renderPage } from "../html/page";
import { scriptOf } from "../html/script";
import { causesSection } from "./causes-section";
import { chart } from "./client/chart";
import { drawEvents } from "./client/draw-events";
import { drawMoments } from "./client/draw-moments";
import { drawRefreshes } from "./client/draw-refreshes";
import { drawing } from "./client/drawing";
import { gestures } from "./client/gestures";
import { lanes } from "./client/lanes";
import { refreshTable } from "./client/refresh-table";
import { timeAxis } from "./client/time-axis";
import { timelineClient } from "./client/timeline";
import { tooltip } from "./client/tooltip";
import { timelineView } from "./client/view";
import { inputsSection } from "./inputs-section";
import { timelineData } from "./timeline-data";
import { timelineSection } from "./timeline-section";
import { timelineStyle } from "./timeline-style";
import { verdictWords } from "./verdict-words";

/**
 * A diagnosis as a page whose heart is a timeline: every refresh as a bar, who won and who lost, when the token was revoked,
 * webhooks above, errors below. Names are masked in the diagnosis already, and stay so.
 *
 * @returns the whole HTML document; it needs no network and no other file.
 */
export function renderTimeline(diagnosis: Diagnosis): string {
  const { verdict, summary } = diagnosis;
  const { tone, title } = verdictWords[verdict];
  const data = timelineData(diagnosis);
  const read = `${diagnosis.inputs.length === 1 ? "1 input" : `${diagnosis.inputs.length} inputs`} read`;
  return renderPage({
    title: `${title} · Repoint`,
    style: timelineStyle,
    body: html`${topBar("Diagnosis of logs", "")}
<main id="main">
${hero(tone, read, title, summary)}
${totals(diagnosis)}
${leftOut(diagnosis)}
${steps("What to do next", diagnosis.next)}
${steps("What is missing, and how to get it", diagnosis.collect)}
${timelineSection(diagnosis, data)}
${causesSection(diagnosis)}
${inputsSection(diagnosis)}
</main>
${footer(diagnosis)}`,
    data,
    script: scriptOf(timelineClient, {
      ...{ domTools, pageTools, dataTable, rowOrder, timeAxis, lanes, timelineView, gestures, tooltip, refreshTable },
      ...{ chart, drawing, drawEvents, drawMoments, drawRefreshes },
    }),
  });
}

function totals({ raceCount, totals: { refreshes, webhooks, errors } }: Diagnosis): Html {
  const errorCount = Object.values(errors).reduce((sum, count) => sum + (count ?? 0), 0);
  return tiles([
    { value: raceCount, label: raceCount === 1 ? "race" : "races", tone: raceCount > 0 ? "bad" : undefined },
    { value: refreshes.granted, label: "refreshes granted" },
    { value: refreshes.refused, label: "refused", tone: refreshes.refused > 0 ? "warn" : undefined },
    { value: refreshes.failed, label: "failed otherwise", tone: refreshes.failed > 0 ? "warn" : undefined },
    { value: webhooks, label: "webhooks" },
    { value: errorCount, label: "errors in the logs" },
  ]);
}

/** How many lines of what was left out stand at the top; all of them stand below. */
const MOST_LEFT_OUT = 4;

/** What was not read or not understood, before anything is concluded. */
function leftOut({ skipped }: Diagnosis): Html {
  if (skipped.length === 0) return html``;
  const more = skipped.length - MOST_LEFT_OUT;
  return html`<section class="card next warn-edge" aria-labelledby="left-out-title"><h2 id="left-out-title">Not everything was read or understood</h2><ul>${skipped
    .slice(0, MOST_LEFT_OUT)
    .map(({ input, count, explanation }) => html`<li><bdi>${input}</bdi>: ${count} × ${explanation}</li>`)}${
    more > 0 && html`<li><a href="#skipped-title">and ${more} more</a></li>`
  }</ul></section>`;
}

function steps(title: string, all: readonly Step[]): Html {
  if (all.length === 0) return html``;
  return html`<section class="card next"><h2>${title}</h2><ol class="steps">${all.map(
    (step) => html`<li>${capital(step.what)}${command(step.command)}</li>`,
  )}</ol></section>`;
}

function footer({ options }: Diagnosis): Html {
  const { clockTolerance, since, until, namesShown } = options;
  return html`<footer><p>Clocks may differ by ${clockTolerance} s${since !== null && `; from ${since}`}${until !== null && `; up to ${until}`}. ${
    namesShown ? "Names and addresses are shown." : "Names and addresses are masked."
  } Times are UTC.</p></footer>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
