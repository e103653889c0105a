import type { ReviewData } from "../../../lib/report/html/review-data";
import { shellWord } from "../../../lib/report/html/review-next";
import { renderReviewPage } from "../../../lib/report/html/review-page";
import type { Review } from "../../../lib/review/model";
import { reviewed } from "../support";
import { change, hostileTexts, review } from "./support";

const title = (page: string): string | undefined => /<h1>(.*?)<\/h1>/.exec(page)?.[1];
const next = (page: string): string | undefined => /data-copy="(.*?)"/.exec(page)?.[1];
const data = (page: string): ReviewData => JSON.parse(page.split('id="data">')[1]?.split("</script>")[0] ?? "");

describe("the verdict and the next command", () => {
  const passed = review({ count: 30 });
  const cases: readonly (readonly [string, Review, string, string | undefined])[] = [
    ["a plan that passes", passed, "Pass: re-points 30 resources and nothing else", "repoint apply acme"],
    ["one that fails", review({ count: 30, exceptions: 10 }), "Fail: 3 errors, do not apply", "repoint plan acme"],
    [
      "one that fails and that others made",
      { ...review({ count: 3, exceptions: 3 }), basis: "plan" },
      "Fail: 1 error, do not apply",
      undefined,
    ],
    [
      "JSON without its plan file",
      { ...passed, plan: { ...passed.plan, fileSha256: null } },
      "Pass: re-points 30 resources and nothing else",
      "terraform apply PLANFILE",
    ],
    [
      "a plan that does nothing",
      review({ count: 0 }),
      "Pass: re-points nothing and damages nothing",
      "repoint verify acme",
    ],
    [
      "an organization with a strange name",
      { ...passed, organization: "a b'c" },
      "Pass: re-points 30 resources and nothing else",
      "repoint apply &#39;a b&#39;\\&#39;&#39;c&#39;",
    ],
  ];
  test.each(cases)("of %s", (_, given, expectedTitle, expectedCommand) => {
    const page = renderReviewPage(given);
    expect([title(page), next(page)]).toEqual([expectedTitle, expectedCommand]);
  });

  test.each([
    ["acme", "acme"],
    ["$(reboot)", "'$(reboot)'"],
    ["", "''"],
  ])("a shell takes %p as it is", (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});

test("real plans make pages", () => {
  expect(title(renderReviewPage(reviewed("move", true)))).toMatch(/^(Pass|Fail): /);
  expect(renderReviewPage(reviewed("move"))).toContain("Checked on its own, without an organization file");
});

test("the same review makes the same page", () => {
  expect(renderReviewPage(review({ count: 50, exceptions: 5 }))).toBe(
    renderReviewPage(review({ count: 50, exceptions: 5 })),
  );
});

test("every change and every finding is in the data, and findings know their rows", () => {
  const { texts, rows, findings, groups } = data(renderReviewPage(review({ count: 240, exceptions: 12 })));
  expect(rows).toHaveLength(240);
  expect(rows[11]?.[0].map((index) => texts[index])).toEqual([
    "service-11",
    "stack",
    "Data & analytics",
    "wave 4",
    "import, re-point",
    "GitLab (oc-TwoTwoTwoTwoTwo2)",
    "GitLab PAT",
    "ws-0000000000000011",
    "tfe_stack.service_11",
    "GitLab (oc-TwoTwoTwoTwoTwo2)",
    "GitLab PAT",
  ]);
  expect(rows[11]?.[1].map((index, place) => (place % 4 === 3 ? index : texts[index]))).toEqual([
    "vcs_repo[0].oauth_token_id",
    '"ot-TwoTwoTwoTwoTwo2"',
    "(known after apply)",
    1,
    "working_directory",
    '"terraform/production"',
    '"terraform/staging"',
    0,
  ]);
  expect(findings.map((finding) => finding[5])).toEqual([
    ...Array.from({ length: 20 }, (_, index) => index * 12 + 11),
    -1,
  ]);
  expect(groups.flat().sort((a, b) => a - b)).toEqual(findings.map((_, index) => index));
});

test("connections are called by their names alone where these tell them apart", () => {
  const from = { name: "Old", connectionId: "oc-1", tokenId: "ot-1" };
  const { texts, rows } = data(renderReviewPage(review({ count: 0, changes: [change(0, { from })] })));
  expect([5, 6, 9].map((place) => texts[rows[0]?.[0][place] ?? -1])).toEqual(["Old", "GitLab PAT", "Old (oc-1)"]);
});

test("texts are told once", () => {
  const small = renderReviewPage(review({ count: 1000 })).length;
  const large = renderReviewPage(review({ count: 2000 })).length;
  expect((large - small) / 1000).toBeLessThan(170);
});

test("a page shows the first findings of a rule, and says how many there are", () => {
  const page = renderReviewPage(review({ count: 100, exceptions: 2 }));
  expect(page.match(/data-reveal="\d+"/g)).toHaveLength(10);
  expect(page).toContain("Show all 50</button>");
});

test("an allowed finding is shown with its reason, and is no alarm", () => {
  const given = review({ count: 1 });
  const allowed = {
    rule: "no-drift",
    severity: "error",
    address: null,
    message: "drift",
    remedy: "look",
    allowed: "known & fine",
  } as const;
  const page = renderReviewPage({ ...given, findings: [allowed] });
  expect(page).toContain("error, allowed");
  expect(page).toContain("<bdi>known &amp; fine</bdi>");
  expect(page).not.toContain('bad-edge"');
});

test("no name breaks the page", () => {
  const changes = hostileTexts.map((text, index) =>
    change(index, {
      name: text,
      address: text,
      id: text,
      project: text,
      wave: text,
      from: { name: text, connectionId: text, tokenId: text },
      attributes: [{ path: text, before: text, after: `${text}2`, expected: false }],
      findings: [text],
    }),
  );
  const given = review({ count: 1, changes });
  const page = renderReviewPage({ ...given, organization: hostileTexts[0] ?? "", hostname: hostileTexts[2] ?? "" });
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toMatch(/<img|\u202e|\u2066/);
  expect(data(page).rows).toHaveLength(1 + hostileTexts.length);
});

test("no page names anything outside of itself", () => {
  const page = renderReviewPage(review({ count: 10, exceptions: 2 }));
  expect(page.match(/https?:[^"'\s]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  expect(page).not.toMatch(/@import|url\((?!#)|<link|\ssrc=/);
});
