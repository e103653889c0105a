import { MAX_NOTE, markdownReview, noteDigest, noteMarker } from "../../lib/report/markdown-review";
import { finding, hostile, large, reviewed } from "./support";

describe("markdownReview", () => {
  it("tells a person what happens, and hides the details", () => {
    const review = reviewed("move", true);
    const note = markdownReview(review)
      .replaceAll(review.digest, "DIGEST")
      .replaceAll(review.digest.slice(0, 12), "DIGEST");
    expect(note.split("\n").slice(0, 30).join("\n")).toMatchInlineSnapshot(`
      "<!-- repoint-review host=tfe.sandbox.test organization=acme digest=DIGEST -->

      ### ✅ Terraform plan review: pass

      \`acme\` on \`tfe.sandbox.test\`: 6 re-pointed, 6 imported, 1 created; nothing destroyed or replaced.

      3 notes; compared with the organization file and the inventory; not compared: same-configuration, same-text.

      It moves forward, to the new connection: wave "canary" (6).

      | | rule | where | what | what to do |
      | --- | --- | --- | --- | --- |
      | note | \`configuration-only\` | the plan | 1 tfe_policy_set resource: overridable = false is written to Terraform's state only; nothing is sent to TFE for it | nothing to do |
      | note | \`configuration-only\` | the plan | 4 tfe_workspace resources: force_delete = false is written to Terraform's state only; nothing is sent to TFE for it | nothing to do |
      | note | \`keep-private\` | the plan | the plan's JSON contains sensitive values in plain text: in the value of the variable gitlab_pat and in 1 resource | do not commit, attach or publish the plan or its JSON; share this review instead |

      | what | kind | project | wave | from | to | count |
      | --- | --- | --- | --- | --- | --- | ---: |
      | create | connection |  |  |  |  | 1 |
      | import, re-point | policy set |  | \`canary\` | \`GitLab (oc-OLD)\` | \`gitlab-pat\` | 1 |
      | import, re-point | stack | \`Platform\` | \`canary\` | \`GitLab (oc-OLD)\` | \`gitlab-pat\` | 1 |
      | import, re-point | workspace | \`Platform\` | \`canary\` | \`GitLab (oc-OLD)\` | \`gitlab-pat\` | 4 |

      <details><summary>create: 1 connection</summary>

      | address | name | id | changes |
      | --- | --- | --- | --- |
      | \`tfe_oauth_client.gitlab_pat\` | \`gitlab-pat\` |  | \`api_url\`: \`(absent)\` → \`"https://gitlab.example.com/api/v4"\`<br>\`http_url\`: \`(absent)\` → \`"https://gitlab.example.com"\`<br>\`name\`: \`(absent)\` → \`"gitlab-pat"\`<br>\`oauth_token\`: \`(absent)\` → \`(sensitive)\`<br>and 6 more |

      </details>"
    `);
  });

  it("fits into a note at 10,000 changes and counts what it leaves out", () => {
    const note = markdownReview(large(10_000));
    expect(note.length).toBeLessThanOrEqual(MAX_NOTE);
    const rows = note.split("\n").filter((line) => line.startsWith("| `tfe_workspace.")).length;
    expect(rows).toBeGreaterThan(500);
    expect(note).toContain(`${10_000 - rows} changes did not fit into this comment`);
    expect(note).toContain("| import, re-point | workspace | `Platform` | `wave-6` |");
    expect(note.match(/<details/g)?.length).toBe(note.match(/<\/details>/g)?.length);
  });

  it("fits into a note at 10,000 findings, the changes still told", () => {
    const findings = Array.from({ length: 10_000 }, (_, index) => finding(index));
    const note = markdownReview(large(10_000, findings));
    expect(note.length).toBeLessThanOrEqual(MAX_NOTE);
    const rows = note.split("\n").filter((line) => line.startsWith("| error |")).length;
    expect(rows).toBeGreaterThan(300);
    expect(note).toContain(`… and ${10_000 - rows} more findings.`);
    expect(note).toContain("| import, re-point | workspace |");
  });

  it("fits into any limit", () => {
    for (const limit of [3_000, 5_000, 20_000, 999_000]) {
      const findings = Array.from({ length: 2_000 }, (_, index) => finding(index));
      expect(markdownReview(large(3_000, findings), limit).length).toBeLessThanOrEqual(limit);
    }
  });

  it("lets no name act as Markdown, HTML, a mention or a quick action", () => {
    const review = large(1, [
      finding(1, {
        address: hostile,
        message: hostile,
        remedy: hostile,
        allowed: hostile,
      }),
    ]);
    const [change] = review.changes;
    if (change === undefined) throw new Error("no change");
    const named = {
      ...change,
      address: hostile,
      name: hostile,
      id: hostile,
      project: hostile,
      wave: hostile,
    };
    const note = markdownReview({
      ...review,
      organization: hostile,
      changes: [named],
    });
    const prose = withoutCode(note);
    for (const active of ["<script", "@all", "![", "--> <", "\u001b", "\u202e"]) expect(prose).not.toContain(active);
    expect(note.split("\n").some((line) => line.startsWith("/"))).toBe(false);
    expect(note.match(/<!--/g)).toHaveLength(1);
    expect(note.match(/^<\/details>$/gm)?.length).toBe(note.match(/<details/g)?.length);
  });

  it("shows no cell that ends its row early", () => {
    const review = large(1);
    const [change] = review.changes;
    if (change === undefined) throw new Error("no change");
    const note = markdownReview({
      ...review,
      changes: [{ ...change, name: "a|b" }],
    });
    const row = note.split("\n").find((line) => line.includes("a\\|b")) ?? "";
    expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
  });
});

describe("noteMarker", () => {
  it("finds the note of an earlier review, and says whether it said the same", () => {
    const review = reviewed("move", true);
    const note = markdownReview(review);
    expect(note.startsWith(noteMarker(review))).toBe(true);
    expect(noteDigest(note, review)).toBe(review.digest);
    expect(noteDigest(note, { ...review, organization: "acme-2" })).toBeUndefined();
    expect(noteDigest("LGTM", review)).toBeUndefined();
    expect(noteMarker({ ...review, organization: "a --> b" })).toMatch(/^<!-- [^>]* -->$/);
  });
});

/** Code spans shown as nothing. */
function withoutCode(markdown: string): string {
  return markdown.replace(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, "");
}
