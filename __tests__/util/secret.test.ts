import { Secrets } from "../../lib/review/secrets";
import { looksSecret, masked, secretsIn } from "../../lib/util/secret";

const BODY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ==";

it("masks a private key with its body, whole, cut off, or with its line breaks escaped", () => {
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${BODY}\n${BODY}\n-----END OPENSSH PRIVATE KEY-----\n`;
  const clean = [key, JSON.stringify(key), key.slice(0, 100), JSON.stringify(key).slice(0, 100)].map((text) =>
    masked(`before ${text} after`),
  );
  for (const text of clean) {
    expect(text).toMatch(/^before .*\(masked\)/);
    expect(text).not.toContain(BODY.slice(0, 20));
  }
});

it("masks known secrets that look like nothing, the longer of two that begin alike first", () => {
  expect(masked("a plain-old-token and plain-old-token-2", ["plain-old-token", "plain-old-token-2"])).toBe(
    "a (masked) and (masked)",
  );
});

const letters = "Ab3dEf6hIj9kLm2nOp5q";

it.each([
  ["a GitLab token", `glpat-${letters}`],
  ["a GitLab token", `glrt-t1_${letters}`],
  ["a Terraform token", `${letters.slice(0, 14)}.atlasv1.${letters}`],
  ["a GitHub token", `ghp_${letters}`],
  ["a GitHub token", `github_pat_${letters}`],
  ["a Vault token", `hvs.${letters}`],
  ["an AWS access key", "AKIAABCDEFGHIJKLMNOP"],
  ["a password in an address", "user:pass-word"],
  ["a token in an address", letters],
])("knows %s in every text: an organization file, a plan, an output", (what, secret) => {
  const text =
    what === "a password in an address"
      ? `https://${secret}@gitlab.com/a`
      : what === "a token in an address"
        ? `https://gitlab.com/a?private_token=${secret}`
        : `before ${secret} after`;
  expect(secretsIn(text)).toEqual([{ what, offset: text.indexOf(secret) }]);
  expect(looksSecret(text)).toBe(true);
  expect(masked(text)).toBe(text.replace(secret, "(masked)"));
  expect(new Secrets([], []).in(text)).toBe(true);
  expect(new Secrets([], []).mask(text)).toBe(masked(text));
});

it.each([
  "gldt-network-production-europe",
  "glagent-runners-of-the-platform-team",
  "my-glpat-1",
  "AKIAABC",
  "https://gitlab.com/a?page_token",
  "https://gitlab.com:443/a@b",
  "atlasv1",
])("takes the name %s for no secret", (text) => {
  expect([looksSecret(text), new Secrets([], []).in(text), masked(text)]).toEqual([false, false, text]);
});
