import type { Finding, Review } from "../../review/model";
import { endText, findingCounts, headline, kindWords, severityWords } from "../review-words";
import { escapeHtml, renderPage, themeButton } from "./page";
import { type ReviewRow, reviewClient } from "./review-client";

/** At most this many findings of one rule are written out; the table has all of them. */
const PER_RULE = 20;

/**
 * The review as a page for people who look rather than read: the verdict, the exceptions, a picture of what moves from where to
 * where, and every change in a table that can be searched, sorted and unfolded. It needs no network and no other file.
 */
export function renderReviewPage(review: Review): string {
  const rows: readonly ReviewRow[] = review.changes.map((change) => ({
    address: change.address,
    kind: kindWords[change.kind],
    name: change.name,
    id: change.id ?? "",
    project: change.project ?? "",
    wave: change.wave ?? "",
    from: change.from === null ? "" : endText(change.from),
    to: change.to === null ? "" : endText(change.to),
    action:
      change.importId === null ? change.action : change.action === "no-op" ? "import" : `import, ${change.action}`,
    attributes: change.attributes.map(({ path, before, after, expected }) => [path, before, after, expected]),
    findings: change.findings,
  }));
  return renderPage({
    title: `${review.verdict === "pass" ? "Pass" : "Fail"}: ${review.organization ?? "a Terraform plan"}`,
    style,
    data: { rows },
    body: body(review),
    script: reviewClient,
  });
}

function body(review: Review): string {
  const where = [review.organization, review.hostname].filter((part) => part !== null).join(" on ");
  const pass = review.verdict === "pass";
  const basis =
    review.basis === "wish" ? "compared with the wish and the inventory" : "the plan alone was there to judge by";
  const next = pass
    ? "The plan may be applied. Look through what moves below; then apply this very plan."
    : "Do not apply this plan. What to do stands beside each finding.";
  return `
<header class="top"><span>Repoint · review of a Terraform plan${where === "" ? "" : ` · ${escapeHtml(where)}`}</span>${themeButton}</header>
<main id="main">
<h1><span class="badge ${pass ? "good" : "bad"}">${pass ? "✓ Pass" : "✕ Fail"}</span> ${escapeHtml(capital(headline(review).replace(/^\w+: /, "")))}</h1>
<p class="dim">${escapeHtml(findingCounts(review))}; ${basis}. Terraform ${escapeHtml(review.plan.terraformVersion)}${
    review.plan.createdAt === null ? "" : `, planned ${escapeHtml(review.plan.createdAt)}`
  }.</p>
<p class="card next">${next}</p>
${findingsSection(review)}
<section aria-labelledby="flow-title">
<h2 id="flow-title">What moves from where to where</h2>
<div class="card">
<div class="row noprint" role="group" aria-label="Group by">
<button type="button" data-flow="kind" aria-pressed="true">by kind</button>
<button type="button" data-flow="project" aria-pressed="false">by project</button>
<button type="button" data-flow="wave" aria-pressed="false">by wave</button>
</div>
<div id="flow"></div>
</div>
</section>
<section aria-labelledby="changes-title">
<h2 id="changes-title">Every change</h2>
<div class="row noprint">
<label class="grow"><span class="sr">Search</span><input id="search" type="search" placeholder="Search names, ids, projects, attributes" autocomplete="off"></label>
<label>Kind <select id="kind"></select></label>
<label>Wave <select id="wave"></select></label>
<label class="check"><input id="only" type="checkbox"> with findings only</label>
</div>
<p id="count" class="dim" role="status" aria-live="polite"></p>
<div class="scroll"><table id="changes">
<caption class="sr">Every resource that the plan imports, changes or forgets</caption>
<thead><tr>
${["Name", "Kind", "Project", "Wave", "Does", "From", "To", "Findings"]
  .map(
    (title, index) =>
      `<th scope="col" aria-sort="none"><button type="button" data-column="${index}">${title}</button></th>`,
  )
  .join("\n")}
</tr></thead>
<tbody></tbody>
</table></div>
<div id="more" class="noprint"></div>
<p id="printed" class="dim"></p>
</section>
<section aria-labelledby="rules-title">
<h2 id="rules-title">Rules</h2>
<details class="card"><summary>${review.rules.length} rules, ${
    review.rules.filter(({ outcome }) => outcome === "found").length
  } of them found something</summary>
<ul>${review.rules
    .map(
      ({ id, outcome, explanation }) =>
        `<li><code>${escapeHtml(id)}</code> <span class="badge ${outcome === "found" ? "warn" : outcome === "passed" ? "good" : "info"}">${
          outcome === "found" ? "found" : outcome === "passed" ? "passed" : "not applicable"
        }</span> ${escapeHtml(explanation)}</li>`,
    )
    .join("\n")}</ul></details>
</section>
<p class="dim mono">review ${escapeHtml(review.digest)}<br>plan ${escapeHtml(review.plan.sha256)}</p>
</main>`;
}

function findingsSection(review: Review): string {
  if (review.findings.length === 0) return "";
  const byRule = new Map<string, Finding[]>();
  for (const finding of review.findings) {
    byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  }
  const cards = [...byRule].map(([rule, findings]) => {
    const [first] = findings;
    if (first === undefined) return "";
    const shown = findings.slice(0, PER_RULE);
    const tone = first.allowed !== null ? "info" : { error: "bad", warning: "warn", info: "info" }[first.severity];
    return `<li class="card"><div class="row"><span class="badge ${tone}">${severityWords[first.severity]}${
      first.allowed === null ? "" : ", allowed"
    }</span><code>${escapeHtml(rule)}</code><span class="dim">${findings.length > 1 ? `${findings.length} times` : ""}</span></div>
<ul>${shown
      .map(
        ({ address, message }) =>
          `<li>${address === null ? "" : `<code>${escapeHtml(address)}</code> `}${escapeHtml(message)}</li>`,
      )
      .join(
        "",
      )}${findings.length > shown.length ? `<li class="dim">and ${findings.length - shown.length} more, in the table</li>` : ""}</ul>
<p><strong>What to do:</strong> ${escapeHtml(first.remedy)}${
      first.allowed === null ? "" : ` <span class="dim">Allowed: ${escapeHtml(first.allowed)}</span>`
    }</p></li>`;
  });
  return `<section aria-labelledby="findings-title"><h2 id="findings-title">Exceptions first</h2><ul class="plain">${cards.join("\n")}</ul></section>`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const style = `
.plain{list-style:none;padding:0;margin:0}.plain ul{margin:8px 0;padding-left:20px}
.grow{flex:1 1 260px}.grow input{width:100%}.check{white-space:nowrap}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:12px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;padding:0;border-bottom:1px solid var(--line);white-space:nowrap}
th button{border:0;background:none;padding:10px 12px;font-weight:650;width:100%;text-align:left}
th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
td{padding:7px 12px;border-bottom:1px solid var(--line);vertical-align:top}
td button.fold{border:0;background:none;padding:0;text-align:left;color:var(--accent);overflow-wrap:anywhere}
td button.fold::before{content:"▸ "}td button.fold[aria-expanded=true]::before{content:"▾ "}
tr.detail td{background:var(--bg)}
tr.detail table{font-size:13px}
del{color:var(--bad)}ins{color:var(--good);text-decoration:none;font-weight:600}
#flow svg{display:block;width:100%;height:auto;margin-top:12px}
#flow text{fill:var(--text);font-size:13px}#flow .sub{fill:var(--dim)}
#flow path{fill:var(--band);opacity:.55}#flow g:hover path,#flow g:focus path{opacity:.85}
#flow rect{fill:var(--accent)}
@media print{.scroll{overflow:visible;border:0}td,th button{padding:3px 6px}}
`;
