import { Review, type ReviewedChange } from "../../../lib/review/model";

/** What a hostile person may call things. */
export const hostileTexts = [
  "</script><script>document.title='broken'</script>",
  "<!--<script>",
  "\"'><img src=x onerror=\"document.title='broken'\">",
  "${`x`} \\u003c \\",
  "\u202etxt.exe\u2066 עברית العربية",
  "👩‍💻🏳️‍🌈 \u0000\u2028\ud800 end",
  "&lt;b&gt; &amp;",
  "]]> {{7*7}} javascript:alert(1)",
];

const kinds: readonly ReviewedChange["kind"][] = [
  "workspace",
  "workspace",
  "workspace",
  "policy-set",
  "registry-module",
  "stack",
];

/** A change as Terraform's plans have them, made from its number. */
export function change(index: number, given: Partial<ReviewedChange> = {}): ReviewedChange {
  const kind = kinds[index % kinds.length] ?? "workspace";
  const old = index % 11 === 0 ? "oc-TwoTwoTwoTwoTwo2" : "oc-OneOneOneOneOne1";
  return {
    address: `tfe_${kind.replace("-", "_")}.service_${index}`,
    kind,
    name: `service-${index}`,
    id: `ws-${String(index).padStart(16, "0")}`,
    project: ["Payments", "Platform", "Data & analytics"][index % 3] ?? null,
    wave: `wave ${1 + (index % 4)}`,
    direction: "forward",
    from: { name: "GitLab", connectionId: old, tokenId: `ot-${old.slice(3)}` },
    to: { name: "GitLab PAT", connectionId: null, tokenId: null },
    action: "update",
    importId: `ws-${String(index).padStart(16, "0")}`,
    reason: null,
    attributes: [
      {
        path: "vcs_repo[0].oauth_token_id",
        before: `"ot-${old.slice(3)}"`,
        after: "(known after apply)",
        expected: true,
      },
    ],
    request: null,
    findings: [],
    ...given,
  };
}

export interface Sample {
  readonly count: number;
  /** Every how many-th change has something unexpected; 0 for none. */
  readonly exceptions?: number;
  readonly changes?: readonly ReviewedChange[];
}

/** A review as `reviewPlan` makes them, valid by its schema. */
export function review({ count, exceptions = 0, changes = [] }: Sample): Review {
  const made = Array.from({ length: count }, (_, index): ReviewedChange => {
    if (exceptions === 0 || index % exceptions !== exceptions - 1) return change(index);
    const one = change(index);
    return {
      ...one,
      attributes: [
        ...one.attributes,
        { path: "working_directory", before: '"terraform/production"', after: '"terraform/staging"', expected: false },
      ],
      findings: ["token-only"],
    };
  });
  const all = [...made, ...changes];
  const found = all.filter(({ findings }) => findings.length > 0);
  return Review.parse({
    version: 1,
    left: [],
    notes: [],
    verdict: found.length > 0 ? "fail" : "pass",
    findings: [
      ...found.map(({ address }) => ({
        rule: "token-only",
        severity: "error",
        address,
        message: "it would change working_directory, not only its token",
        remedy: "write the resource's current values into its configuration",
        allowed: null,
      })),
      {
        rule: "configuration-only",
        severity: "info",
        address: null,
        message: `force_delete is added to the state of ${count} workspaces; no request carries it`,
        remedy: "nothing to do",
        allowed: null,
      },
    ],
    summary: {
      create: 1,
      update: all.length,
      replace: 0,
      delete: 0,
      forget: 0,
      import: all.length,
      read: 0,
      unchanged: 2,
      drift: 0,
      repointed: all.length,
      overApi: 0,
      takenBack: 0,
      tokensExchanged: 0,
      errors: found.length,
      warnings: 0,
      infos: 1,
      allowed: 0,
    },
    hostname: "tfe.example.com",
    organization: "acme",
    basis: "organizationFile",
    plan: {
      sha256: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
      fileSha256: "2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90",
      configurationSha256: null,
      formatVersion: "1.2",
      terraformVersion: "1.8.5",
      createdAt: "2026-03-02T09:00:00Z",
    },
    digest: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
    changes: all,
    rules: [
      {
        id: "nothing-destroyed",
        severity: "error",
        explanation: "No resource is deleted.",
        outcome: "passed",
        findings: 0,
      },
      {
        id: "token-only",
        severity: "error",
        explanation: "A resource changes in place, and only in its oauth_token_id.",
        outcome: found.length > 0 ? "found" : "passed",
        findings: found.length,
      },
      {
        id: "configuration-only",
        severity: "info",
        explanation: "An import adds arguments that exist in configuration and state alone.",
        outcome: "found",
        findings: 1,
      },
      {
        id: "plan-fresh",
        severity: "error",
        explanation: "The plan is younger than the last change of the inventory.",
        outcome: "not-applicable",
        findings: 0,
      },
    ],
  });
}
