import type { Review } from "../../review/model";
import { movesOf } from "../../review/moves";
import { plural } from "../../util/plural";
import { movesText } from "../moves-words";
import { changedOtherwise, findingCounts, headline, stateOnly } from "../review-words";
import { dataTable } from "./client/data-table";
import { difference } from "./client/difference";
import { domTools } from "./client/dom";
import { pageTools } from "./client/page-tools";
import { reviewClient } from "./client/review";
import { reviewRows } from "./client/review-rows";
import { reviewTable } from "./client/review-table";
import { rowOrder } from "./client/row-order";
import { hero, type Tile, tiles, topBar } from "./elements";
import { flowSection } from "./flow-section";
import { type Html, html } from "./html";
import { leftSection } from "./left-section";
import { renderPage } from "./page";
import { changesSection } from "./review-changes";
import { reviewData, rowFinder } from "./review-data";
import { findingsSection, groupFindings } from "./review-findings";
import { nextStep } from "./review-next";
import { reviewStyle } from "./review-style";
import { scriptOf } from "./script";
import { utc } from "./utc";

/**
 * The review as a page for people who look rather than read: the verdict and what to do next, the exceptions, a picture of what
 * moves from where to where, and every change in a table that can be searched, sorted and unfolded.
 *
 * @returns the whole HTML document; it needs no network and no other file.
 */
export function renderReviewPage(review: Review): string {
  const rowOf = rowFinder(review);
  const groups = groupFindings(review.findings);
  const { organization, verdict } = review;
  return renderPage({
    title: `${verdict === "pass" ? "Pass" : "Fail"}: plan for ${organization ?? "Terraform"} · Repoint`,
    style: reviewStyle,
    body: html`${topBar("Review of a Terraform plan", [organization, review.hostname].filter((part) => part !== null).join(" on "))}
<main id="main">
${verdictSection(review)}
${tiles(counts(review))}
${nextStep(review)}
${findingsSection(review, groups, rowOf)}
${flowSection(review.changes)}
${leftSection(review)}
${changesSection(review)}
</main>
${footer(review)}`,
    data: reviewData(
      review,
      groups.map(({ indices }) => indices),
      rowOf,
    ),
    script: scriptOf(reviewClient, { domTools, pageTools, dataTable, rowOrder, difference, reviewRows, reviewTable }),
  });
}

function verdictSection(review: Review): Html {
  const { verdict, basis, summary } = review;
  const judged =
    basis === "organizationFile"
      ? "Compared with the organization file and the inventory"
      : "Checked on its own, without an organization file";
  const title = verdict === "fail" ? `Fail: ${plural(summary.errors, "error")}, do not apply` : passTitle(summary);
  const lead = headline(review).replace(/^\w+: /, "");
  const moves = movesText(movesOf(review)).map((text) => ` It ${text}.`);
  return hero(
    verdict === "pass" ? "good" : "bad",
    `${judged} · Terraform ${review.plan.terraformVersion}${review.plan.createdAt === null ? "" : ` · planned ${utc(review.plan.createdAt)}`}`,
    title,
    `${lead.charAt(0).toUpperCase()}${lead.slice(1)}. ${findingCounts(review)}.${moves.join("")}`,
  );
}

function passTitle({ repointed, takenBack, tokensExchanged }: Review["summary"]): string {
  if (takenBack > 0 && takenBack === repointed)
    return `Pass: ${plural(takenBack, "resource")} taken back to the old connection, and nothing else`;
  if (takenBack > 0)
    return `Pass: ${plural(repointed - takenBack, "resource")} re-pointed, ${takenBack} taken back, and nothing else`;
  if (repointed > 0) return `Pass: re-points ${plural(repointed, "resource")} and nothing else`;
  if (tokensExchanged > 0) return "Pass: replaces the connection's personal access token and re-points nothing";
  return "Pass: re-points nothing and damages nothing";
}

function counts(review: Review): readonly Tile[] {
  const { summary } = review;
  const harm = summary.delete + summary.replace;
  const more: readonly Tile[] = [
    { value: summary.takenBack, label: "taken back" },
    { value: summary.tokensExchanged, label: "token replaced" },
    { value: stateOnly(review), label: "already in place" },
    { value: changedOtherwise(review), label: "changed in other ways" },
    { value: summary.forget, label: "forgotten" },
    { value: summary.drift, label: "drifted" },
    { value: summary.warnings, label: "warnings", tone: "warn" },
    { value: summary.allowed, label: "errors allowed" },
  ];
  return [
    { value: summary.repointed - summary.takenBack, label: "re-pointed" },
    { value: summary.import, label: "imported" },
    { value: summary.create, label: "created" },
    { value: harm, label: "destroyed or replaced", tone: harm > 0 ? "bad" : undefined },
    ...more.filter(({ value }) => value > 0),
    { value: summary.errors, label: "errors", tone: summary.errors > 0 ? "bad" : undefined },
  ];
}

function footer({ digest, plan }: Review): Html {
  const digests: readonly (readonly [string, string | null])[] = [
    ["Review", digest],
    ["Plan as JSON", plan.sha256],
    ["Plan file", plan.fileSha256],
    ["Configuration", plan.configurationSha256],
  ];
  return html`<footer><details><summary>Digests (SHA-256)</summary>${digests.map(
    ([name, value]) => value !== null && html`<p>${name}: <code>${value}</code></p>`,
  )}</details></footer>`;
}
