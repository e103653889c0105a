import { createHash } from "node:crypto";
import type { LeftResource } from "../migration/migration-plan";
import { jsonText } from "../util/json-text";
import { isListed, reviewedChange, reviewedMove } from "./changes";
import { readConfiguration } from "./configuration";
import { refuseDeep } from "./depth";
import { ConnectionEnds } from "./ends";
import type { ReviewExpectation } from "./expectation";
import { textMember } from "./json";
import { groupLeft } from "./left";
import { type Finding, REVIEW_VERSION, type Review, type RuleOutcome, severities } from "./model";
import type { Plan } from "./plan-schema";
import { PROVIDER } from "./provider-facts";
import { lastValues, toResource } from "./resource";
import type { PlanFacts, Rule, Subject } from "./rule";
import { rules } from "./rules";
import { providerArgument } from "./rules/same-target";
import { secretsOf } from "./secrets";
import { summarize } from "./summary";

/** What a review is given beside the plan. */
export interface ReviewOptions {
  /** What is known of the saved plan. @default nothing */
  readonly facts?: PlanFacts;
  /** Rules whose findings may pass, by id, each with the reason. @default none */
  readonly allow?: ReadonlyMap<string, string>;
}

/**
 * Reviews a plan: by the organization file and the inventory where there is an expectation, else by the plan alone.
 *
 * @returns verdict `fail` when any rule found an error that is not allowed. It holds no secret.
 * @throws UsageError when the plan is nested beyond reason.
 */
export function reviewPlan(
  plan: Plan,
  expectation: ReviewExpectation | undefined,
  options: ReviewOptions = {},
): Review {
  return refuseDeep("the plan", () => review(plan, expectation, options));
}

function review(plan: Plan, expectation: ReviewExpectation | undefined, { facts = {}, allow }: ReviewOptions): Review {
  const configuration = readConfiguration(plan.configuration);
  const resources = plan.changes.map((entry) => toResource(entry, configuration, expectation));
  const subject: Subject = {
    plan,
    configuration,
    resources,
    created: resources.filter(({ kind, action }) => kind === "connection" && action === "create"),
    secrets: secretsOf(plan, configuration),
    expectation,
    facts,
  };
  const { findings, outcomes } = judge(subject, allow ?? new Map());
  const ends = new ConnectionEnds(plan, subject.resources, expectation);
  const rulesAt = new Map<string, Set<string>>();
  for (const { address, rule } of findings) {
    if (address !== null) rulesAt.set(address, (rulesAt.get(address) ?? new Set()).add(rule));
  }
  const foundAt = (address: string) => [...(rulesAt.get(subject.secrets.mask(address)) ?? [])];
  const changes = [
    ...subject.resources
      .filter(isListed)
      .map((resource) => reviewedChange(resource, foundAt(resource.address), ends, expectation, subject.secrets)),
    ...(facts.moves ?? []).map((move) => reviewedMove(move, foundAt(move.path), expectation, subject.secrets)),
  ];
  const summary = summarize(subject, findings);
  const said = {
    verdict: summary.errors > 0 ? ("fail" as const) : ("pass" as const),
    findings,
    summary,
    ...target(subject),
    basis: expectation === undefined ? ("plan" as const) : ("organizationFile" as const),
    changes,
    left: groupLeft(leftBy(changes, expectation), (text) => subject.secrets.mask(text)),
    notes: (expectation?.notes ?? []).map((note) => subject.secrets.mask(note)),
    rules: outcomes,
  };
  return {
    version: REVIEW_VERSION,
    verdict: said.verdict,
    findings,
    summary,
    hostname: said.hostname,
    organization: said.organization,
    basis: said.basis,
    plan: {
      sha256: plan.sha256,
      fileSha256: facts.fileSha256 ?? null,
      configurationSha256: facts.configurationSha256 ?? null,
      formatVersion: plan.formatVersion,
      terraformVersion: subject.secrets.mask(plan.terraformVersion),
      createdAt: plan.timestamp === undefined ? null : subject.secrets.mask(plan.timestamp),
    },
    digest: createHash("sha256").update(jsonText(said)).digest("hex"),
    changes,
    left: said.left,
    notes: said.notes,
    rules: outcomes,
  };
}

/** What the plan does not mention. What it forgets from the state stands among the changes, with the reason. */
function leftBy(
  changes: readonly { readonly address: string }[],
  expectation: ReviewExpectation | undefined,
): readonly LeftResource[] {
  if (expectation === undefined) return [];
  const told = new Set(changes.map(({ address }) => expectation.forgotten.get(address)?.id));
  return expectation.left.filter(({ id }) => !told.has(id));
}

function judge(
  subject: Subject,
  allow: ReadonlyMap<string, string>,
): { readonly findings: Finding[]; readonly outcomes: RuleOutcome[] } {
  const { secrets } = subject;
  const findings: Finding[] = [];
  const outcomes: RuleOutcome[] = [];
  for (const rule of rules) {
    const { id, severity, explanation } = rule;
    const found = [...rule.check(subject)].map((finding) => ({
      rule: id,
      severity: finding.severity ?? severity,
      address: finding.address === undefined ? null : secrets.mask(finding.address),
      message: secrets.mask(finding.message),
      remedy: secrets.mask(finding.remedy ?? rule.remedy),
      allowed: allow.get(id) ?? null,
    }));
    findings.push(...found);
    outcomes.push({
      id,
      severity,
      explanation,
      outcome: outcomeOf(rule, subject, found.length),
      findings: found.length,
    });
  }
  const order = new Map(rules.map(({ id }, index) => [id, index]));
  const rank = (finding: Finding): number =>
    severities.indexOf(finding.severity) * 100 + (order.get(finding.rule) ?? 99);
  findings.sort((a, b) => rank(a) - rank(b) || compareText(a.address ?? "", b.address ?? ""));
  return { findings, outcomes };
}

function outcomeOf(rule: Rule, subject: Subject, findings: number): RuleOutcome["outcome"] {
  if (findings > 0) return "found";
  if (rule.needsOrganizationFile === true && subject.expectation === undefined) return "not-applicable";
  return rule.isComparable?.(subject) === false ? "not-compared" : "passed";
}

/** The host and organization that the plan is for. */
function target({ configuration, plan, resources, expectation, secrets, facts }: Subject): {
  readonly hostname: string | null;
  readonly organization: string | null;
} {
  if (expectation !== undefined) return { hostname: expectation.hostname, organization: expectation.organization };
  const provider = configuration.providers.find(({ fullName }) => fullName === PROVIDER);
  const argument = (name: string): string | undefined => {
    const value = provider === undefined ? undefined : providerArgument(provider, name, plan);
    return typeof value === "string" ? value : undefined;
  };
  const named = resources.flatMap((resource) => textMember(lastValues(resource), "organization") ?? []);
  const mask = (text: string | undefined): string | null => (text === undefined ? null : secrets.mask(text));
  return {
    hostname: mask(facts.hostname ?? argument("hostname")),
    organization: mask(facts.organization ?? named[0] ?? argument("organization")),
  };
}

/** By UTF-16 code unit: the same order on every machine. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
