import { terminalReview as linesOf, type TerminalOptions } from "../../lib/report/terminal-review";
import type { Review } from "../../lib/review/model";
import { toLine } from "../../lib/util/plain-text";
import { finding, hostile, large, reviewed } from "./support";

/** As it is printed. */
const terminalReview = (review: Review, options?: TerminalOptions): string =>
  linesOf(review, options)
    .map((text) => `${toLine(text).text}\n`)
    .join("");

describe("terminalReview", () => {
  it("says the verdict first, then what was found, then what the plan does", () => {
    expect(terminalReview(reviewed("move", true))).toMatchInlineSnapshot(`
      "PASS  6 re-pointed, 6 imported, 1 created; nothing destroyed or replaced
            acme on tfe.sandbox.test; 3 notes; compared with the organization file and the inventory; not compared: same-configuration, same-text
            It moves forward, to the new connection: wave "canary" (6).

      note configuration-only
        1 tfe_policy_set resource: overridable = false is written to Terraform's state only; nothing is sent to TFE for it
        4 tfe_workspace resources: force_delete = false is written to Terraform's state only; nothing is sent to TFE for it

      note keep-private
        the plan's JSON contains sensitive values in plain text: in the value of the variable gitlab_pat and in 1 resource
        → do not commit, attach or publish the plan or its JSON; share this review instead

      What the plan does:
        create  connection gitlab-pat
        import, re-point  policy set guard (wave canary): GitLab (oc-OLD) → gitlab-pat
        import, re-point  stack net (project Platform, wave canary): GitLab (oc-OLD) → gitlab-pat
        import, re-point  4 workspaces (project Platform, wave canary): GitLab (oc-OLD) → gitlab-pat
      "
    `);
  });

  it("says of what is on the connection already that only Terraform's state changes", () => {
    const review = reviewed("move", true);
    const there = {
      name: "gitlab-pat",
      connectionId: "oc-NEW",
      tokenId: "ot-NEW",
    };
    const changes = review.changes.map((change, index) => {
      if (change.kind !== "workspace") return change;
      const attributes = change.attributes.filter(({ path }) => path === "force_delete");
      const stays = {
        ...change,
        direction: null,
        from: there,
        to: there,
        attributes,
      };
      return index % 2 === 0 ? stays : { ...stays, importId: null };
    });
    const text = terminalReview({
      ...review,
      changes,
      summary: { ...review.summary, repointed: 2 },
    });
    expect(
      text
        .split("\n")
        .filter((line) => /^PASS|workspace/.test(line))
        .join("\n"),
    ).toMatchInlineSnapshot(`
      "PASS  2 re-pointed, 6 imported, 1 created, 4 already in place (only Terraform's state changes); nothing destroyed or replaced
        4 tfe_workspace resources: force_delete = false is written to Terraform's state only; nothing is sent to TFE for it
        update state only  2 workspaces (project Platform, wave canary): already on gitlab-pat (oc-NEW)
        import  2 workspaces (project Platform, wave canary): already on gitlab-pat (oc-NEW)"
    `);
  });

  it("says what is wrong and what to do about it", () => {
    expect(terminalReview(reviewed("destroy")).split("\n").slice(0, 12).join("\n")).toMatchInlineSnapshot(`
      "FAIL  3 re-pointed, 1 DESTROYED, 1 REPLACED
            acme on tfe.sandbox.test; 7 errors, 3 notes; checked on its own

      error nothing-destroyed
        tfe_workspace.app_3: it would be destroyed (delete_because_no_resource_config)
        → forget it with \`removed { lifecycle { destroy = false } }\` instead of deleting its block; \`repoint plan\` and \`cdktf synth\` do this for everything that the inventory recorded

      error nothing-replaced
        tfe_oauth_client.gitlab_pat: it would be replaced, delete then create (replace_because_cannot_update, name)
        → do not change attributes that force a replacement; registry modules need hashicorp/tfe 0.80.0 or later; for a tainted resource, run terraform untaint

      error token-only"
    `);
  });

  it("stays short at 10,000 findings and changes", () => {
    const findings = Array.from({ length: 10_000 }, (_, index) => finding(index));
    const text = terminalReview(large(10_000, findings));
    expect(text.split("\n").length).toBeLessThan(40);
    expect(text).toContain("… and 9990 more like these");
    expect(text).toContain(
      "import, re-point  1429 workspaces (project Platform, wave wave-0): GitLab (oc-OLD) → gitlab-pat",
    );
  });

  it("lists every change and attribute when asked to", () => {
    expect(terminalReview(reviewed("plain"), { verbose: true })).toContain(
      [
        "  import, re-point  tfe_workspace.two  app-2: ot-OLD0000000000001 → gitlab-by-token",
        "      force_delete: null → false",
        '      vcs_repo[0].oauth_token_id: "ot-OLD0000000000001" → (known after apply)',
      ].join("\n"),
    );
  });

  it("colours only when asked to, and lets no name move the cursor or forge a line", () => {
    const review = large(1, [finding(1, { address: hostile, message: hostile, remedy: hostile })]);
    const [change] = review.changes;
    if (change === undefined) throw new Error("no change");
    const named = {
      ...review,
      organization: hostile,
      changes: [{ ...change, name: hostile, address: hostile }],
    };
    for (const verbose of [false, true]) {
      const text = terminalReview(named, { verbose });
      expect(text.split("\n").filter((line) => line.startsWith("/close"))).toEqual([]);
      for (const active of ["\u001b", "\u202e"]) expect(text).not.toContain(active);
      expect(
        terminalReview(named, { verbose, colour: true }).startsWith("\u001b[32m\u001b[1mPASS\u001b[22m\u001b[39m"),
      ).toBe(true);
    }
  });
});
