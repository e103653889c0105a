import { type Io, isColoured } from "../../cli/io";
import { print, printLines } from "../../cli/print";
import { version } from "../../cli/version";
import { UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { gitlabCodeQuality, gitlabTerraformReport } from "../../report/gitlab-review";
import { jsonReview } from "../../report/json-review";
import { markdownReview } from "../../report/markdown-review";
import { sarifReview } from "../../report/sarif-review";
import { terminalReview } from "../../report/terminal-review";
import type { Review } from "../../review/model";
import { outputPath } from "../shared/output-path";

/** Where a review goes; `-` is standard output. */
export interface ReviewOutputs {
  readonly json?: boolean;
  readonly markdown?: string;
  readonly html?: string;
  readonly gitlabReport?: string;
  readonly codeQuality?: string;
  readonly sarif?: string;
  readonly verbose?: boolean;
}

/**
 * Writes a review to every output that was asked for, and the terminal's to standard output unless something else goes there.
 *
 * @param file what the findings are shown at.
 */
export async function writeReview(io: Io, review: Review, file: string, outputs: ReviewOutputs): Promise<void> {
  const wanted: readonly (readonly [string | undefined, () => string | Promise<string>])[] = [
    [outputs.json === true ? "-" : undefined, () => jsonReview(review)],
    [outputs.markdown, () => markdownReview(review)],
    [outputs.html, () => page(review)],
    [outputs.gitlabReport, () => gitlabTerraformReport(review)],
    [outputs.codeQuality, () => gitlabCodeQuality(review, file)],
    [outputs.sarif, () => sarifReview(review, file, version())],
  ];
  const toStdout = wanted.filter(([target]) => target === "-");
  if (toStdout.length > 1) {
    throw new UsageError({
      rule: "review/one-output",
      message: `${toStdout.length} outputs are to go to standard output`,
      fix: "send all but one to files",
    });
  }
  for (const [target, write] of wanted) {
    if (target === undefined) continue;
    const text = await write();
    if (target === "-") printLines(io.stdout, text);
    else writeFileAtomic(outputPath(io, target), text);
  }
  const written = wanted.flatMap(([target]) => (target === undefined || target === "-" ? [] : [target]));
  if (toStdout.length === 0) {
    print(io.stdout, ...terminalReview(review, { colour: isColoured(io), verbose: outputs.verbose === true }));
  }
  // The review itself may be what standard output is for.
  if (written.length > 0) print(io.stderr, `Written: ${written.join(", ")}`);
}

async function page(review: Review): Promise<string> {
  return (await import("../../report/html/review-page.js")).renderReviewPage(review);
}
