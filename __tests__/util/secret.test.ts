import { masked } from "../../lib/util/secret";

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
