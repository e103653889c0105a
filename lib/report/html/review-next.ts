import type { Review } from "../../review/model";
import { command } from "./elements";
import { type Html, html } from "./html";

/** What to do next, with the command for it. */
export function nextStep(review: Review): Html {
  const { organization, verdict, basis, plan, changes } = review;
  const target = organization === null ? "ORG" : shellWord(organization);
  const step = (text: string, line?: string): Html =>
    html`<section class="card next" aria-labelledby="next-title"><h2 id="next-title">What to do next</h2><p>${text}</p>${
      line !== undefined && command(line)
    }</section>`;
  if (verdict === "fail") {
    const text =
      "Do not apply this plan. Follow the remedy of each finding below, then make a new plan, which is reviewed again.";
    return basis === "organizationFile" ? step(text, `repoint plan ${target}`) : step(text);
  }
  if (changes.length === 0) {
    const text = "There is nothing to apply.";
    return basis === "organizationFile" ? step(`${text} Verify it:`, `repoint verify ${target}`) : step(text);
  }
  if (basis === "organizationFile" && plan.fileSha256 !== null) {
    return step(
      "Check what moves. If it is correct, apply this plan: exactly the file that was reviewed.",
      `repoint apply ${target}`,
    );
  }
  return step(
    "Check what moves. If it is correct, apply the saved plan file that this JSON was made from, not a newer one:",
    "terraform apply PLANFILE",
  );
}

/** A word that a shell takes as it is, whatever it holds. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
