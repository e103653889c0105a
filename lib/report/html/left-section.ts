import type { Review } from "../../review/model";
import { plural } from "../../util/plural";
import { kindWords } from "../review-words";
import { type Html, html } from "./html";

/** What this plan does not move and why, and what a reader should know beside the findings. */
export function leftSection({ left, notes }: Review): Html {
  if (left.length === 0 && notes.length === 0) return html``;
  return html`<section class="card" aria-labelledby="left-title"><h2 id="left-title">Left as it is</h2>
<ul class="plain">${left.map(
    ({ reason, count, manual }) =>
      html`<li>${plural(count, "resource")}: ${reason}${
        manual.length > 0 &&
        html`<ul>${manual.map(
          ({ kind, name, id, todo }) =>
            html`<li>${kindWords(kind)} <bdi>${name}</bdi> <code>${id}</code>, manually: ${todo}</li>`,
        )}</ul>`
      }</li>`,
  )}${notes.map((note) => html`<li>Note: ${note}</li>`)}</ul></section>`;
}
