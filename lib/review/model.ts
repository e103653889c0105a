import { z } from "zod";
import { ResourceKind } from "../kinds";

/**
 * What a review says about one Terraform plan. Every output (terminal, Markdown, JSON, SARIF, HTML page, …) is made from
 * this alone. It holds no secret: sensitive values are masked before they get here.
 */
export const REVIEW_VERSION = 1;

const text = z.string();
const optionalText = z.string().nullable();
const count = z.number().int().nonnegative();

export const severities = ["error", "warning", "info"] as const;
export const Severity = z.enum(severities).meta({
  description: "error: the verdict is fail unless it is allowed; warning: check it; info: for your information.",
});
export type Severity = z.infer<typeof Severity>;

/** One thing that a rule found. */
export const Finding = z.strictObject({
  rule: text.meta({ description: "The rule's stable id, such as `nothing-destroyed`." }),
  severity: Severity,
  address: optionalText.meta({
    description: "The Terraform address that it concerns; null when it concerns the whole plan.",
  }),
  message: text.meta({ description: "What was found, and what was expected." }),
  remedy: text.meta({ description: "What to do about it." }),
  allowed: optionalText.meta({
    description: "The reason for allowing it (`--allow RULE --reason TEXT`); null when it counts.",
  }),
});
export type Finding = z.infer<typeof Finding>;

/** A rule and how it came out. */
export const RuleOutcome = z.strictObject({
  id: text,
  severity: Severity.meta({ description: "The highest severity that its findings may have." }),
  explanation: text,
  outcome: z.enum(["passed", "found", "not-applicable", "not-compared"]).meta({
    description:
      "not-applicable: it needs an organization file and an inventory, and the plan was reviewed without them; not-compared: what it compares the plan with was not available.",
  }),
  findings: count,
});
export type RuleOutcome = z.infer<typeof RuleOutcome>;

/** Where a resource's token belongs, as far as it is known. */
export const ConnectionEnd = z.strictObject({
  name: optionalText.meta({ description: "The connection's name." }),
  connectionId: optionalText.meta({ description: "`oc-…`; null when unknown or not created yet." }),
  tokenId: optionalText.meta({ description: "`ot-…`; null when it is known only after the apply." }),
});
export type ConnectionEnd = z.infer<typeof ConnectionEnd>;

/** One attribute that differs. Texts are written as JSON, or one of `(known after apply)`, `(sensitive)`, `(absent)`. */
export const AttributeChange = z.strictObject({
  path: text.meta({ description: "Such as `vcs_repo[0].oauth_token_id`." }),
  before: text,
  after: text,
  expected: z.boolean().meta({ description: "Whether a re-pointing may change it." }),
});
export type AttributeChange = z.infer<typeof AttributeChange>;

/** What a resource is: a resource, the connection itself, its link to a project, or something that is none of ours. */
export const ChangeKind = z.enum([...ResourceKind.options, "connection", "connection-project", "other"]);
export type ChangeKind = z.infer<typeof ChangeKind>;

export const changeActions = ["create", "update", "replace", "delete", "forget", "read", "no-op"] as const;
export const ChangeAction = z.enum(changeActions).meta({
  description: "What Terraform would do; importId marks an import. A re-pointing is an `update`.",
});
export type ChangeAction = z.infer<typeof ChangeAction>;

/**
 * One resource that the plan imports, changes or forgets, or a registry module that is re-pointed over the API. Resources that stay
 * as they are are only counted.
 */
export const ReviewedChange = z.strictObject({
  address: text.meta({ description: "The Terraform address; for a change over the API, its path." }),
  kind: ChangeKind,
  name: text.meta({ description: "The name of the resource or connection; the address if it has none." }),
  id: optionalText.meta({ description: "The object's id in TFE, such as `ws-…`." }),
  project: optionalText.meta({ description: "Its project's name, or its id if the name is not known." }),
  wave: optionalText,
  direction: z.enum(["forward", "back"]).nullable().meta({
    description:
      "For a re-pointing: forward to the new connection or back to an old one; null for anything else, and without an organization file.",
  }),
  from: ConnectionEnd.nullable(),
  to: ConnectionEnd.nullable(),
  action: ChangeAction,
  importId: optionalText.meta({ description: "The import id; null when it is not imported." }),
  reason: optionalText.meta({ description: "Terraform's `action_reason`." }),
  attributes: z.array(AttributeChange),
  request: optionalText.meta({
    description: "What `repoint apply` sends over the API, after Terraform's apply; null for what Terraform does.",
  }),
  findings: z.array(text).meta({ description: "Ids of the rules with findings about it, each once." }),
});
export type ReviewedChange = z.infer<typeof ReviewedChange>;

/** Counts, each of resources. A replacement counts in `replace` alone, an import that also updates in both. */
export const ReviewSummary = z.strictObject({
  create: count,
  update: count,
  replace: count,
  delete: count,
  forget: count,
  import: count,
  read: count,
  unchanged: count,
  drift: count,
  repointed: count.meta({ description: "Resources whose oauth_token_id changes." }),
  overApi: count.meta({
    description: "Those that `repoint apply` re-points over the API; `update` does not count them.",
  }),
  takenBack: count.meta({ description: "Those of `repointed` that move back to an old connection." }),
  tokensExchanged: count.meta({ description: "Connections whose personal access token changes in place." }),
  errors: count.meta({ description: "Findings of severity error that are not allowed." }),
  warnings: count,
  infos: count,
  allowed: count.meta({ description: "Findings of severity error that are allowed." }),
});
export type ReviewSummary = z.infer<typeof ReviewSummary>;

export const ReviewedPlan = z.strictObject({
  sha256: text.meta({ description: "SHA-256 of the plan's JSON as it was read." }),
  fileSha256: optionalText.meta({
    description: "SHA-256 of the saved plan file that apply runs; null when only JSON was given.",
  }),
  configurationSha256: optionalText.meta({
    description: "SHA-256 of the synthesized configuration that the plan was made from.",
  }),
  formatVersion: text,
  terraformVersion: text,
  createdAt: optionalText.meta({ description: "When Terraform made it, RFC 3339." }),
});
export type ReviewedPlan = z.infer<typeof ReviewedPlan>;

/** What the organization file could move and this plan leaves as it is, for one reason. */
export const LeftGroup = z.strictObject({
  reason: text,
  count,
  manual: z
    .array(z.strictObject({ kind: ResourceKind, name: text, id: text, todo: text }))
    .meta({ description: "Those that only a person can move, each with its steps." }),
});
export type LeftGroup = z.infer<typeof LeftGroup>;

export const Review = z.strictObject({
  version: z.literal(REVIEW_VERSION),
  verdict: z.enum(["pass", "fail"]),
  findings: z.array(Finding).meta({ description: "Highest severity first, then by address." }),
  summary: ReviewSummary,
  hostname: optionalText,
  organization: optionalText,
  basis: z.enum(["organizationFile", "plan"]).meta({
    description:
      "organization file: compared with the organization file and the inventory; plan: only the plan itself was checked.",
  }),
  plan: ReviewedPlan,
  digest: text.meta({ description: "SHA-256 of this review, without the plan's own digests and time." }),
  changes: z.array(ReviewedChange).meta({ description: "In the plan's order." }),
  left: z
    .array(LeftGroup)
    .meta({ description: "What the plan leaves unchanged, by reason; empty without an organization file." }),
  notes: z.array(text).meta({ description: "What a reader should know besides the findings." }),
  rules: z.array(RuleOutcome),
});
export type Review = z.infer<typeof Review>;
