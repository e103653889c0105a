import { z } from "zod";
import { symptomKinds } from "./observation";

/*
 * What `repoint diagnose` concludes: the model of its text, its JSON and its timeline page. This file needs zod at run time, so the
 * rest of `lib/diagnose` imports its types alone.
 */

const time = z.iso.datetime().describe("UTC, with milliseconds");
const seconds = z.number().describe("seconds");

const placeSchema = z
  .strictObject({
    input: z.string().describe("the file, as it was named; `archive!member` inside of an archive; `stdin`"),
    line: z.number().int().positive(),
    offset: z.number().int().nonnegative().describe("bytes from the beginning of the (unpacked) input"),
    correlationId: z.string().nullable().describe("GitLab's correlation_id, or TFE's request id"),
  })
  .meta({ id: "Place", description: "Where in the logs something stands." });

const whoSchema = z
  .strictObject({
    user: z.string().nullable().describe("`user-1`, or the name with --show-names"),
    address: z.string().nullable().describe("`address-1`, or the IP address with --show-names"),
  })
  .meta({ id: "Who", description: "Who made a request; masked unless asked for." });

const refreshSchema = z
  .strictObject({
    id: z.string().describe("`refresh-1`, …, unique in the diagnosis"),
    outcome: z.enum(["granted", "refused", "failed"]).describe("2xx; 400 or 401; anything else (429, 5xx)"),
    status: z.number().int(),
    start: time.nullable(),
    end: time.nullable(),
    duration: seconds.nullable(),
    client: z.string().describe("the application's id, shortened; empty where the log does not tell it"),
    tokenHash: z.string().nullable().describe("GitLab's refresh_token_hash: equal hashes are one refresh token"),
    pod: z.string().nullable(),
    who: whoSchema,
    race: z.string().nullable().describe("the id of the race it belongs to"),
    place: placeSchema,
    alsoAt: z.array(placeSchema).describe("copies of the same record in other inputs"),
  })
  .meta({ id: "Refresh", description: "One refresh of an OAuth token." });

const raceSchema = z
  .strictObject({
    id: z.string().describe("`race-1`, …, in the order of time"),
    rule: z.string().describe("the rule that found it"),
    certainty: z.enum(["proven", "likely"]),
    strength: z
      .enum(["exact", "strong", "weak"])
      .describe(
        "exact: one token, by its hash; strong: simultaneous; weak: by sequence, or an overlap with several doubts or that may be chance",
      ),
    basis: z.enum(["hash", "overlap", "sequence", "granted-twice"]),
    whose: z
      .enum(["terraform", "other", "unknown"])
      .describe("whether its application is Terraform Enterprise's, by --application or the inventory's key"),
    explanation: z.string(),
    doubts: z.array(z.string()).describe("why it is not more certain"),
    client: z.string(),
    start: time.nullable().describe("the first of its refreshes began"),
    end: time.nullable().describe("the last of its refreshes was answered"),
    revokedBy: time
      .nullable()
      .describe("the refresh token was revoked at this moment at the latest: its winner was answered"),
    winner: z.string().describe("the id of the granted refresh"),
    losers: z.array(z.string()).describe("the ids of the refused refreshes, at most 100"),
    loserCount: z.number().int().nonnegative(),
    laterRefusals: z
      .number()
      .int()
      .nonnegative()
      .describe("refused refreshes of the application after it, up to its next granted one"),
    webhooks: z
      .strictObject({ count: z.number().int(), peakPerSecond: z.number().int() })
      .nullable()
      .describe("webhooks from a minute before it to its end; null when the logs hold none"),
    errors: z.number().int().nonnegative().describe("errors in TFE's logs within the clock tolerance"),
    evidence: z.array(placeSchema).describe("the winner's and the losers' places, at most 20"),
  })
  .meta({ id: "Race", description: "Simultaneous refreshes of one token, of which one won." });

const findingSchema = z
  .strictObject({
    rule: z.string(),
    severity: z.enum(["error", "warning", "info"]),
    title: z.string(),
    explanation: z.string(),
    remedy: z.string(),
    count: z.number().int().positive(),
    subject: z.string().nullable().describe("what it is about, such as `PersonalAccessToken/12`"),
    first: time.nullable(),
    last: time.nullable(),
    evidence: z.array(placeSchema).describe("the first places, at most 10"),
  })
  .meta({ id: "Finding", description: "What a rule found." });

const timingSchema = z.strictObject({
  field: z.enum(["duration", "duration_s"]),
  unit: z.enum(["s", "ms"]),
  unitBecause: z.enum(["option", "field", "values", "assumed"]),
  timeIs: z.enum(["start", "end"]),
  timeBecause: z.enum(["option", "version", "order", "assumed"]),
});

const inputSchema = z
  .strictObject({
    name: z.string(),
    container: z.enum(["plain", "gzip", "tar", "tar member", "unsupported", "unreadable"]),
    kinds: z.array(z.string()).describe("what logs it holds; empty when none was recognised"),
    wrappings: z.array(z.string()).describe("what its lines are wrapped in"),
    bytes: z.number().int(),
    lines: z.number().int(),
    relevantLines: z
      .number()
      .int()
      .describe("lines or records with a word that matters; all others were searched, not read"),
    refreshes: z.number().int(),
    first: time.nullable().describe("the first and last time among what was understood"),
    last: time.nullable(),
    timing: z.array(timingSchema).describe("how its durations and times were read"),
  })
  .meta({ id: "Input", description: "A file that was read." });

const skippedSchema = z
  .strictObject({
    reason: z.string(),
    explanation: z.string(),
    input: z.string(),
    count: z.number().int().positive(),
    places: z
      .array(z.strictObject({ line: z.number().int(), offset: z.number().int() }))
      .describe("the first, at most 5"),
  })
  .meta({ id: "Skipped", description: "What was not understood or not used." });

const stepSchema = z.strictObject({ what: z.string(), command: z.string() });

export const diagnosisSchema = z
  .strictObject({
    version: z.literal(1),
    verdict: z.enum(["race-proven", "race-likely", "other-cause", "nothing-found", "insufficient"]),
    summary: z.string(),
    races: z.array(raceSchema).describe("at most 200; raceCount has the number"),
    raceCount: z.number().int().nonnegative(),
    causes: z.array(findingSchema).describe("other causes, each with its remedy"),
    context: z.array(findingSchema).describe("what explains or accompanies, and is no cause by itself"),
    next: z.array(stepSchema).describe("what to do, in order"),
    collect: z.array(stepSchema).describe("what is missing, and how to get it"),
    inputs: z.array(inputSchema),
    skipped: z.array(skippedSchema),
    totals: z.strictObject({
      bytes: z.number().int(),
      lines: z.number().int(),
      relevantLines: z.number().int(),
      refreshes: z.strictObject({ granted: z.number().int(), refused: z.number().int(), failed: z.number().int() }),
      webhooks: z.number().int(),
      errors: z.partialRecord(z.enum(symptomKinds), z.number().int()).describe("refusals in TFE's logs, by kind"),
    }),
    options: z.strictObject({
      clockTolerance: seconds,
      applications: z
        .array(z.strictObject({ id: z.string(), from: z.string() }))
        .describe("Terraform Enterprise's applications: their ids, shortened, and who says so"),
      since: time.nullable(),
      until: time.nullable(),
      namesShown: z.boolean(),
    }),
    timeline: z.strictObject({
      refreshes: z.array(refreshSchema).describe("in the order of time; every race's first, then others, at most 2000"),
      refreshesLeftOut: z.number().int().nonnegative(),
      webhooks: z
        .array(z.strictObject({ at: time, count: z.number().int().positive() }))
        .describe("by second, at most 2000"),
      webhookSecondsLeftOut: z.number().int().nonnegative(),
      errors: z
        .array(
          z.strictObject({
            at: time.nullable(),
            kind: z.enum(symptomKinds),
            component: z.string().nullable(),
            race: z.string().nullable().describe("the race it was joined to by time"),
            place: placeSchema,
          }),
        )
        .describe("at most 1000"),
      errorsLeftOut: z.number().int().nonnegative(),
    }),
  })
  .meta({ title: "Repoint diagnosis", description: "What `repoint diagnose --json` prints." });

export type Diagnosis = z.infer<typeof diagnosisSchema>;
export type Verdict = Diagnosis["verdict"];
export type Race = z.infer<typeof raceSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Place = z.infer<typeof placeSchema>;
export type DiagnosedInput = z.infer<typeof inputSchema>;
export type Skipped = z.infer<typeof skippedSchema>;
export type TimelineRefresh = z.infer<typeof refreshSchema>;
export type TimelineError = Diagnosis["timeline"]["errors"][number];
export type Step = z.infer<typeof stepSchema>;

/** The JSON schema of `--json`, as committed in docs/diagnosis.schema.json. */
export function diagnosisJsonSchema(): unknown {
  return z.toJSONSchema(diagnosisSchema);
}
