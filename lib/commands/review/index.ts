import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import type { Io } from "../../cli/io";
import { type Input, readInput } from "../../cli/read-input";
import { UsageError } from "../../errors";
import { allowRules } from "../../review/allow";
import type { Review } from "../../review/model";
import { readPlan } from "../../review/read-plan";
import { reviewPlan } from "../../review/review";
import type { PlanFacts } from "../../review/rule";
import { collect } from "../shared/allow-options";
import type { Context } from "../shared/context";
import { type ReviewOutputs, writeReview } from "./write-review";

interface Options extends ReviewOutputs {
  readonly plan?: string;
  readonly configuration?: string;
  readonly root?: string;
  readonly allow?: readonly string[];
  readonly reason?: readonly string[];
}

/** `repoint review`: judges a Terraform plan, and says so to people and machines. */
export function reviewCommand(io: Io): Command {
  return new Command("review")
    .description("check that a Terraform plan re-points resources and does nothing else")
    .argument("[organization]", "compare with this organization's file and inventory")
    .option("--plan <file>", "the output of `terraform show -json`, - for standard input (default: the saved plan)")
    .option(
      "--configuration <file>",
      "the cdk.tf.json that --plan was made from (default: the one beside it, else the stack's in cdktf.out)",
    )
    .option("--json", "print the review as JSON (docs/review.schema.json)")
    .option("--markdown <file>", "write a note for a merge request; - for standard output, here and below")
    .option("--html <file>", "write a page to look at")
    .option("--gitlab-report <file>", "write GitLab's Terraform report")
    .option("--code-quality <file>", "write the findings as GitLab's Code Quality report")
    .option("--sarif <file>", "write the findings as SARIF 2.1.0")
    .option("--allow <rule>", "let the errors of a rule pass; can be repeated", collect)
    .option("--reason <text>", "why: one for all, or one for each --allow", collect)
    .option("--root <folder>", "the project's folder (default: the current one)")
    .option("--verbose", "list every change and attribute")
    .addHelpText(
      "after",
      "\nExit code: 0 pass, 1 fail, 2 wrong input, 3 a tool failed. Without an organization, --plan is reviewed by itself.",
    )
    .action(async (name: string | undefined, options: Options) => {
      const allow = allowRules(options.allow ?? [], options.reason ?? []);
      const { review, file } = await judge(io, name, options, allow);
      await writeReview(io, review, file, options);
      io.exitCode = review.verdict === "pass" ? 0 : 1;
    });
}

/** The review, and the file of the repository that its findings are shown at. */
async function judge(
  io: Io,
  name: string | undefined,
  options: Options,
  allow: ReadonlyMap<string, string>,
): Promise<{ readonly review: Review; readonly file: string }> {
  if (name === undefined && options.plan === undefined) {
    throw new UsageError({
      rule: "review/nothing-to-review",
      message: "neither an organization nor a plan was given",
      fix: "repoint review ORGANIZATION, or repoint review --plan plan.json",
    });
  }
  const input = options.plan === undefined ? undefined : await readInput(io, options.plan);
  if (name === undefined && input !== undefined) {
    return {
      review: reviewPlan(readPlan(input.bytes, input.name), undefined, { allow }),
      file: inRepository(io, options, input.isFile ? input.name : "plan.json"),
    };
  }
  const { openContext } = await import("../shared/context.js");
  const context = openContext(io, name ?? "", options);
  // Each with what it needs alone: the saved plan's text is synthesized, which takes time to load.
  const review =
    input === undefined
      ? await (await import("../shared/review-saved-plan.js")).reviewSavedPlan(context, { allow })
      : (await import("../shared/review-expectation.js")).reviewFor(context, readPlan(input.bytes, input.name), {
          allow,
          facts: await configurationAtHand(io, context, input, options),
        });
  return { review, file: inRepository(io, options, context.organization.file) };
}

/**
 * The configuration that a given plan was most likely made from: what a plan does not show stands in it alone. Without one, the
 * review says that it was not compared.
 */
async function configurationAtHand(
  io: Io,
  { paths }: Context,
  input: Input,
  { configuration }: Options,
): Promise<PlanFacts> {
  const { CONFIGURATION_FILE, readConfigurationFile } = await import("../../app.js");
  const beside = input.isFile ? [join(dirname(resolve(io.cwd, input.name)), CONFIGURATION_FILE)] : [];
  const candidates = [...beside, join(paths.stack, CONFIGURATION_FILE)];
  const file =
    configuration === undefined ? candidates.find((path) => existsSync(path)) : resolve(io.cwd, configuration);
  return file === undefined ? {} : { configuration: { file, json: readConfigurationFile(file) } };
}

/** A path as reports want it: relative to the project, with slashes. */
function inRepository(io: Io, { root = "." }: Options, file: string): string {
  const path = relative(resolve(io.cwd, root), resolve(io.cwd, file));
  return path.startsWith("..") ? "plan.json" : path.split(sep).join("/");
}
