import type { Finding, Review } from "../../review/model";
import { jsonText } from "../../util/json-text";
import { plural } from "../../util/plural";
import { findingCounts, severityWords } from "../review-words";
import { badge, type Tone } from "./elements";
import { type Html, html } from "./html";

/** So many findings of one rule are written out at first; a button shows all, and they are all printed. */
const AT_FIRST = 10;

const tones: Readonly<Record<Finding["severity"], Tone>> = { error: "bad", warning: "warn", info: "info" };

/** Findings of one rule that weigh the same. */
interface FindingGroup {
  readonly rule: string;
  readonly severity: Finding["severity"];
  readonly allowed: string | null;
  /** Their places among the review's findings. */
  readonly indices: readonly number[];
}

/** Findings of one rule and severity together, in the order in which they come. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup & { readonly indices: number[] }>();
  findings.forEach(({ rule, severity, allowed }, index) => {
    const key = jsonText([rule, severity, allowed]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { rule, severity, allowed, indices: [index] });
    else group.indices.push(index);
  });
  return [...groups.values()];
}

/** The exceptions: what the rules found, gravest first, each with what to do about it. */
export function findingsSection(
  review: Review,
  groups: readonly FindingGroup[],
  rowOf: (finding: Finding) => number,
): Html {
  const { findings } = review;
  const explanations = new Map(review.rules.map(({ id, explanation }) => [id, explanation]));
  const exceptions = review.summary.errors + review.summary.allowed + review.summary.warnings;
  const title = `${exceptions === 0 ? "No exceptions" : "Exceptions"}${findings.length === 0 ? "" : `: ${findingCounts(review)}`}`;
  return html`<section aria-labelledby="findings-title"><h2 id="findings-title">${title}</h2>
${findings.length === 0 && html`<p class="card">${plural(review.rules.filter(({ outcome }) => outcome === "passed").length, "rule")} found nothing in this plan.</p>`}
<ul class="plain">${groups.map((group, index) => card(group, index, findings, explanations.get(group.rule), rowOf))}</ul>
${rulesDetails(review)}</section>`;
}

function card(
  { rule, severity, allowed, indices }: FindingGroup,
  index: number,
  findings: readonly Finding[],
  explanation: string | undefined,
  rowOf: (finding: Finding) => number,
): Html {
  const of = indices.flatMap((place) => findings[place] ?? []);
  const remedies = [...new Set(of.map(({ remedy }) => remedy))].filter((remedy) => remedy !== "nothing to do");
  const tone = allowed === null ? tones[severity] : "info";
  return html`<li class="card finding ${tone}-edge"><div class="row">${badge(tone, allowed === null ? severityWords[severity] : "error, allowed")}<h3><code>${rule}</code></h3>${
    of.length > 1 && html`<span class="dim small">${of.length} times</span>`
  }</div>
${explanation !== undefined && html`<p class="dim small">Rule: ${explanation}</p>`}
${allowed !== null && html`<p><strong>Allowed because:</strong> <bdi>${allowed}</bdi></p>`}
<ul class="found" id="found-${index}">${of.slice(0, AT_FIRST).map((finding) => foundItem(finding, rowOf(finding)))}</ul>
${of.length > AT_FIRST && html`<button type="button" class="noprint" data-found="${index}" hidden>Show all ${of.length}</button><noscript><p class="dim">and ${of.length - AT_FIRST} more</p></noscript>`}
${remedies.slice(0, 3).map((remedy) => html`<p class="remedy"><strong>What to do:</strong> ${remedy}</p>`)}</li>`;
}

function foundItem({ address, message }: Finding, row: number): Html {
  const where =
    address === null
      ? ""
      : row < 0
        ? html`<code>${address}</code> `
        : html`<button type="button" class="link mono" data-reveal="${row}">${address}</button> `;
  return html`<li>${where}${message}</li>`;
}

function rulesDetails({ rules }: Review): Html {
  const found = rules.filter(({ outcome }) => outcome === "found").length;
  const absent = rules.filter(({ outcome }) => outcome === "not-applicable").length;
  const uncompared = rules.filter(({ outcome }) => outcome === "not-compared").length;
  const summary = [
    `${plural(rules.length - absent - uncompared, "rule")} applied`,
    `${found} found something`,
    absent > 0 ? `${absent} need an organization file` : "",
    uncompared > 0 ? `${uncompared} not compared` : "",
  ];
  const words = {
    found: "found something",
    passed: "passed",
    "not-applicable": "needs an organization file",
    "not-compared": "not compared",
  } as const;
  return html`<details class="card"><summary>${summary.filter(Boolean).join(", ")}</summary>
<ul class="plain rules">${rules.map(
    ({ id, outcome, explanation, severity }) =>
      html`<li>${badge(outcome === "found" ? tones[severity] : outcome === "passed" ? "good" : "info", words[outcome])} <code>${id}</code> <span>${explanation}</span></li>`,
  )}</ul></details>`;
}
