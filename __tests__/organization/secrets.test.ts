import fc from "fast-check";
import { brief, good, problems } from "./organization-files";

const pat = "glpat-AbCdEfGhIjKlMnOpQrSt";

describe("a token in the organization file", () => {
  it.each([
    ["as a value", `${good}through: ${pat}\n`],
    ["as a key", `${good}${pat}: x\n`],
    ["as a key that is given twice", `${good}${pat}: x\n${pat}: y\n`],
    ["under a key that there is not", good.replace("  name:", `  token: ${pat}\n  name:`)],
    ["in a comment", `${good}# the old one was ${pat}\n`],
    ["in broken YAML", `${good}x: "${pat}\n`],
    ["as an alias", `${good}through: *${pat}\n`],
    ["as a tag", `${good}through: !${pat} all\n`],
    ["in a directive", `%TAG ! ${pat}\n---\n${good}`],
    ["in a file without anything else", `# ${pat}\n`],
    ["in the second document", `${good}---\nx: ${pat}\n`],
    ["where a list belongs", good.replace("[oc-aaaaaaaaaaaaaaaa]", pat)],
    ["in place of an id", good.replace("oc-aaaaaaaaaaaaaaaa", pat)],
    ["in a backend", `${good}backend: {http: {address: "https://x.example.com/${pat}"}}\n`],
  ])("%s is refused, and not shown", (_, text) => {
    expect(problems(text)).toMatch(/\[organization\/no-secrets\]|this is a token/);
    expect(problems(text)).not.toContain("AbCdEf");
  });

  it("is found wherever it is put", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: good.length }),
        fc.constantFrom(pat, `x1y2z3a4b5.atlasv1.${"q".repeat(60)}`),
        (at, token) => {
          const said = problems(`${good.slice(0, at)} ${token} ${good.slice(at)}`);
          expect(said).not.toBe("none");
          expect(said).not.toContain(token);
        },
      ),
    );
  });

  it("has its place and its path", () => {
    expect(brief(`${good}waves: [{name: a, names: [b, "${pat}"]}] # ${pat}\n`)).toEqual([
      "10:31: waves[0].names[1]: the organization file contains a GitLab token [organization/no-secrets]",
      "10:64: the organization file contains a GitLab token [organization/no-secrets]",
    ]);
  });
});

it("sees passwords and tokens in addresses, and private keys", () => {
  const url = (address: string) => good.replace("https://gitlab.example.com/", address);
  expect([
    ...brief(url("https://me:hunter2@gitlab.example.com")),
    ...brief(url("https://gitlab.example.com/?private_token=hunter2")),
    ...brief(`${good}backend: {http: {address: "https://me:hunter2@x.example.com"}}\n`),
    ...brief(`${good}backend: {gcs: {bucket: "-----BEGIN RSA PRIVATE KEY-----"}}\n`),
  ]).toMatchInlineSnapshot(`
    [
      "5:8: gitlab.url: got "https://(masked)@gitlab.example.com"; expected an address such as https://gitlab.example.com [organization/addresses]",
      "5:16: gitlab.url: the organization file contains a password in an address [organization/no-secrets]",
      "5:8: gitlab.url: got "https://gitlab.example.com/?private_token=(masked)"; expected an address such as https://gitlab.example.com [organization/addresses]",
      "5:50: gitlab.url: the organization file contains a token in an address [organization/no-secrets]",
      "10:36: backend.http.address: the organization file contains a password in an address [organization/no-secrets]",
      "10:26: backend.gcs.bucket: the organization file contains a private key [organization/no-secrets]",
    ]
  `);
});

it("takes names that only begin like a token's", () => {
  const names = ["global-network-production", "gluster-storage-archive", "glacier-archive-2024", "glagent-Platform"];
  expect(problems(`${good}select: {names: [${names.join(", ")}]}\n`)).toBe("none");
});

it("shows no long text that stands where an id belongs: a token may have another prefix, or none", () => {
  expect([
    ...brief(good.replace("oc-aaaaaaaaaaaaaaaa", "AbCdEfGhIjKlMnOpQrS1")),
    ...brief(good.replace("oc-aaaaaaaaaaaaaaaa", "corp-AbCdEfGhIjKlMnOpQrS1")),
    ...brief(good.replace("[oc-aaaaaaaaaaaaaaaa]", "AbCdEfGhIjKlMnOpQrS1")),
    ...brief(good.replace("oc-aaaaaaaaaaaaaaaa", "GitLab")),
    ...brief(good.replace("oc-aaaaaaaaaaaaaaaa", "ws-AbCdEfGhIjKlMnO1")),
    ...brief(good.replace("  name:", "  tokenVariable: corp-AbCdEfGhIjKlMnOpQrS1\n  name:")),
  ]).toMatchInlineSnapshot(`
    [
      "9:8: from[0]: got a string of 20 characters (masked: it may be a token); expected the id of a connection (OAuth client), such as oc-… [organization/ids]",
      "9:8: from[0]: got a string of 25 characters (masked: it may be a token); expected the id of a connection (OAuth client), such as oc-… [organization/ids]",
      "9:7: from: got a string of 20 characters (masked: it may be a token); expected a list [organization/schema]",
      "9:8: from[0]: got "GitLab"; expected the id of a connection (OAuth client), such as oc-… [organization/ids]",
      "9:8: from[0]: got "ws-AbCdEfGhIjKlMnO1", the id of a workspace; expected the id of a connection (OAuth client), such as oc-… [organization/ids]",
      "8:18: connection.tokenVariable: got a string of 25 characters (masked: it may be a token); expected the name of a Terraform variable [organization/connection]",
    ]
  `);
});
