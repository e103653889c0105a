import type { Diagnosis, Finding } from "../../diagnose/diagnosis";
import { plural } from "../../util/plural";
import { badge, type Tone } from "../html/elements";
import { type Html, html } from "../html/html";
import { utc } from "../html/utc";
import { placeText } from "./timeline-data";

const tones: Readonly<Record<Finding["severity"], Tone>> = { error: "bad", warning: "warn", info: "info" };

/** Other causes, each with its remedy, and what accompanies them. */
export function causesSection({ causes, context }: Diagnosis): Html {
  return html`${causes.length > 0 && html`<section aria-labelledby="causes-title"><h2 id="causes-title">${plural(causes.length, "other cause")}</h2>${causes.map(card)}</section>`}
${context.length > 0 && html`<section aria-labelledby="context-title"><h2 id="context-title">Related observations</h2>${context.map(card)}</section>`}`;
}

function card({ rule, severity, title, explanation, remedy, count, subject, first, last, evidence }: Finding): Html {
  const tone = tones[severity];
  const period =
    first === null ? "" : last === null || last === first ? `, ${utc(first)}` : `, ${utc(first)} to ${utc(last)}`;
  return html`<article class="card ${tone}-edge"><div class="row">${badge(tone, severity === "info" ? "note" : severity)}<h3>${title}</h3>${subject !== null && html`<code>${subject}</code>`}<span class="dim small">${plural(count, "time")}${period} · <code>${rule}</code></span></div>
<p>${explanation}</p><p class="remedy"><strong>What to do:</strong> ${remedy}</p>
${evidence.length > 0 && html`<details><summary>Where</summary><ul>${evidence.map((place) => html`<li><code>${placeText(place)}</code></li>`)}</ul></details>`}</article>`;
}
