import { good, problems } from "./organization-files";

/** The finding and its fix, of a value under `through:`, which takes a text. */
const through = (value: string) => problems(`${good}through: ${value}\n`).replace(/^organizations\/acme.yaml:/, "");

describe("a name that YAML takes for something else", () => {
  it.each([
    "1.10",
    "0123",
    "1e3",
    "0x10",
    "0o17",
    "+1",
    ".5",
    "1.",
    "12345678901234567890",
    "true",
    "False",
    ".inf",
    ".nan",
  ])("%s is to be put in quotes as it is written", (written) => {
    const said = through(written);
    expect(said).toContain(`through: got ${written}`);
    expect(said).toContain(`    fix: put it in quotes: "${written}"`);
    expect(problems(`${good}waves: [{ name: "a", names: ["${written}"] }]\n`)).toBe("none");
  });

  it.each(["2026-01-02", "yes", "no", "on", "1_000", "1:30", "1.2.3", "'1.10'", '"0123"'])(
    "%s is a text",
    (written) => {
      expect(problems(`${good}waves: [{ name: a, names: [${written}] }]\n`)).toBe("none");
    },
  );

  it.each(["null", "~", "Null"])("%s is nothing, or a name to be put in quotes", (written) => {
    expect(through(written)).toContain(`or if ${written} is a name, put it in quotes: "${written}"`);
  });

  it("is said in lists, in choices, behind aliases and in names of the organization", () => {
    const text = good
      .replace("organization: acme", "organization: 0123")
      .concat("waves: [{ name: &w 1.10, names: [0x10, ok] }, { name: *w }]\n", "forget: [1e3]\n");
    expect(problems(text)).toMatchInlineSnapshot(`
      "organizations/acme.yaml:3:15: organization: got 0123, which YAML reads as 123; expected a text [organization/schema]
          fix: put it in quotes: "0123"
      organizations/acme.yaml:10:20: waves[0].name: got 1.10, which YAML reads as 1.1; expected a text [organization/schema]
          fix: put it in quotes: "1.10"
      organizations/acme.yaml:10:34: waves[0].names[0]: got 0x10, which YAML reads as 16; expected a text [organization/schema]
          fix: put it in quotes: "0x10"
      organizations/acme.yaml:10:55: waves[1].name: got 1.10, which YAML reads as 1.1; expected a text [organization/schema]
          fix: put it in quotes: "1.10"
      organizations/acme.yaml:11:10: forget[0]: got 1e3, which YAML reads as 1000; expected a text [organization/schema]
          fix: put it in quotes: "1e3""
    `);
  });

  it("is said in a backend's settings, where a number may stand", () => {
    const backend = (settings: string) => problems(`${good}backend: { ${settings} }\n`);
    expect(backend("http: { address: 'https://state.example.com', retry_max: 3 }")).toBe("none");
    expect(backend("s3: { bucket: b, key: 1.10, region: r }")).toMatchInlineSnapshot(`
      "organizations/acme.yaml:10:34: backend.s3.key: got 1.10, which YAML reads as 1.1 [organization/misread]
          fix: if it is a string, put it in quotes: "1.10"; if it is a number, write 1.1"
    `);
  });
});
