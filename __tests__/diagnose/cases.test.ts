import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderText } from "../../lib/diagnose";
import { diagnosed } from "./support/logs";

/* Cases from the field, made after public bug reports, with their details replaced: each was judged wrongly once. */

const folder = join(__dirname, "fixtures", "cases");

async function judged(...names: readonly string[]) {
  const files = names.flatMap((name) =>
    name.includes("/") ? [name] : readdirSync(join(folder, name)).map((file) => `${name}/${file}`),
  );
  return diagnosed(Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file))])));
}

type Judged = Awaited<ReturnType<typeof judged>>;
const found = ({ verdict, races, causes, context }: Judged) => ({
  verdict,
  doubts: races.flatMap((race) => race.doubts.map((doubt) => doubt.split(/[,:]/)[0])),
  causes: causes.map(({ rule }) => rule),
  context: context.map(({ rule }) => rule).filter((rule) => rule !== "slow-refresh"),
});
const machines = "the two were logged by different machines";
const weak = [
  "the log does not name the application",
  "this GitLab answers 401 both to a used refresh token and to a wrong application secret",
  "the overlap depends on an assumed unit or meaning of the times (see inputs; --duration-unit and --time-is set it)",
];

test.each<readonly [readonly string[], ReturnType<typeof found>]>([
  [["bans/api-only.log"], { verdict: "insufficient", doubts: [], causes: [], context: ["throttled"] }],
  [["bans/token-only.log"], { verdict: "insufficient", doubts: [], causes: [], context: ["throttled"] }],
  [["bans/blocklist-token.log"], { verdict: "insufficient", doubts: [], causes: [], context: ["banned"] }],
  [
    ["bans/refused.log", "bans/token-only.log"],
    { verdict: "insufficient", doubts: [], causes: [], context: ["refused-refresh", "throttled"] },
  ],
  [
    ["foreign-token/production_json.log", "foreign-token/one-foreign-token.log"],
    { verdict: "insufficient", doubts: [], causes: [], context: ["refused-refresh", "token-of-others"] },
  ],
  [
    ["foreign-token/production_json.log", "foreign-token/one-foreign-token.log", "foreign-token/tfe.log"],
    {
      verdict: "insufficient",
      doubts: [],
      causes: [],
      context: ["error-grant-invalid", "error-token-revoked", "refused-refresh", "token-of-others"],
    },
  ],
  [
    ["foreign-token/weak-race.log", "foreign-token/one-foreign-token.log"],
    { verdict: "race-likely", doubts: weak, causes: [], context: ["token-of-others"] },
  ],
  [
    ["foreign-token/weak-race.log", "foreign-token/one-foreign-token.log", "foreign-token/tfe.log"],
    {
      verdict: "race-likely",
      doubts: weak,
      causes: [],
      context: ["error-grant-invalid", "error-token-revoked", "token-of-others"],
    },
  ],
  [["tfe-refusals/tos.log"], { verdict: "other-cause", doubts: [], causes: ["terms-not-accepted"], context: [] }],
  [["tfe-refusals/moved405.log"], { verdict: "other-cause", doubts: [], causes: ["moved-project"], context: [] }],
  [["other-application"], { verdict: "race-proven", doubts: [], causes: [], context: ["error-token-revoked"] }],
  [
    ["false-conviction-401-invalid-client"],
    { verdict: "other-cause", doubts: [], causes: ["invalid-client"], context: [] },
  ],
  [
    ["false-conviction-20x401-after-secret-rotation"],
    { verdict: "other-cause", doubts: [], causes: ["invalid-client"], context: [] },
  ],
  [
    ["false-conviction-two-users"],
    { verdict: "insufficient", doubts: [], causes: [], context: ["refused-refresh", "overlap-of-other-grants"] },
  ],
  [
    ["false-conviction-lost-answer-30min"],
    { verdict: "other-cause", doubts: [], causes: ["stale-refresh-token"], context: [] },
  ],
  [["false-likely-same-record-twice"], { verdict: "nothing-found", doubts: [], causes: [], context: [] }],
  [
    ["false-certainty-syslog-two-hosts-short-overlap"],
    { verdict: "race-likely", doubts: [machines], causes: [], context: [] },
  ],
  [["false-certainty-filebeat-two-hosts"], { verdict: "race-likely", doubts: [machines], causes: [], context: [] }],
  [["missed-race-otlp"], { verdict: "race-likely", doubts: [machines], causes: [], context: [] }],
  [["gzip-trailing-garbage"], { verdict: "race-proven", doubts: [], causes: [], context: [] }],
])("%s", async (names, expected) => {
  expect(found(await judged(...names))).toEqual(expected);
});

test("another product's refusals are none of Terraform Enterprise's", async () => {
  for (const name of ["other-products/ansible.log", "other-products/oauth2-proxy.log"]) {
    const diagnosis = await judged(name);
    expect([diagnosis.verdict, diagnosis.totals.errors, diagnosis.skipped.map(({ reason }) => reason)]).toEqual([
      "insufficient",
      {},
      ["other-product"],
    ]);
    expect(diagnosis.summary).not.toContain("Terraform Enterprise");
  }
});

test("a race of an application that may be anybody's: the verdict names it, and the next step is to compare", async () => {
  const diagnosis = await judged("other-application");
  expect(diagnosis.summary).toBe(
    "One refresh of a token of application aaaa1111… made others fail: 1 race, 1 refused refresh. These logs do not show whether that is Terraform Enterprise's connection: compare before you act.",
  );
  expect(diagnosis.next.map(({ command }) => command)).toEqual([
    "repoint inventory ORG",
    "repoint diagnose --application ID FILE…",
  ]);
  expect(diagnosis.races.map(({ errors }) => errors)).toEqual([0]);
});

test("what was not read stands right below the verdict", async () => {
  const [, , heading, first] = renderText(await judged("gzip-trailing-garbage"));
  expect([heading, first]).toEqual([
    "Not understood, not fully read, or not used",
    "  gzip-trailing-garbage/production_json.log.1.gz: 1 × bytes that are not gzip follow the compressed data; the part before that was used  [damaged]",
  ]);
});
