import fc from "fast-check";
import { UsageError } from "../../lib/errors";
import { readPlan } from "../../lib/review/read-plan";
import { reviewPlan } from "../../lib/review/review";
import { type Document, fixture, fixtureText, organizationFile, PAT } from "./support";

function refusal(bytes: Buffer | string): string {
  try {
    readPlan(bytes, "plan.json");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it was read");
}

describe("readPlan", () => {
  it.each([
    ["", "plan.json: it is empty"],
    [" \n", "plan.json: it is empty"],
    ["Error: no plan", "plan.json: it is not JSON"],
    ['{"format_version":', "plan.json: it is not valid JSON: cut off or damaged"],
    ["[]", "plan.json: is an array, expected an object"],
    ["null", "plan.json: is null, expected an object"],
    ['{"format_version":"2.0"}', 'plan.json: its format_version is "2.0", expected 1.x'],
    ['{"format_version":"1.0","values":{"root_module":{}}}', "plan.json: it is a state, not a plan"],
    ['{"version":4,"serial":7,"lineage":"x","resources":[]}', "plan.json: it is a state, not a plan"],
    [
      '{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info","@message":"Plan: 1 to add"}',
      "plan.json: it is the log of `terraform plan -json`, not a plan",
    ],
    [
      '{"@level":"info","@message":"Terraform 1.11.4"}',
      "plan.json: it is the log of `terraform plan -json`, not a plan",
    ],
  ])("refuses %j", (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it("refuses a saved plan itself, and says what to give instead", () => {
    const zip = Buffer.from("504b0304140008000800ff00fe", "hex");
    expect(refusal(zip)).toBe(
      "plan.json: it is not UTF-8 text [plan-json/encoding]\n" +
        "    fix: this looks like a saved plan itself: make it with `terraform show -json PLANFILE > plan.json`",
    );
  });

  it("refuses JSON that is nested without end", () => {
    const deep = `${'{"root_module":'.repeat(1)}${'{"child_modules":['.repeat(50_000)}`;
    const closed = `${deep}${"]}".repeat(50_000)}}`;
    expect(refusal(`{"format_version":"1.2","planned_values":${closed}}`)).toMatch(/expected|nested/);
    const document = fixture("move");
    document.resource_changes[0].change.after = "@";
    const after = JSON.stringify(document).replace('"@"', `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    expect(() => reviewPlan(readPlan(after, "plan.json"), undefined)).toThrow(
      "plan.json: it is nested more than 256 levels deep",
    );
  });

  it("names every wrong place, and repeats no value", () => {
    const document = fixture("move");
    document.resource_changes[0].mode = PAT;
    document.resource_changes[1].change.actions = ["explode"];
    document.resource_changes[2].change.before = PAT;
    delete document.resource_changes[3].provider_name;
    document.errored = "no";
    const message = refusal(JSON.stringify(document));
    expect(message.split("\n").filter((line) => line.startsWith("plan.json"))).toEqual([
      "plan.json: errored: is a text, expected true or false [plan-json/shape]",
      "plan.json: resource_changes[0].mode: is a text, expected managed or data [plan-json/shape]",
      expect.stringMatching(
        /^plan\.json: resource_changes\[1\]\.change\.actions: is an array, expected one of no-op \| /,
      ),
      "plan.json: resource_changes[2].change.before: is a text, expected an object [plan-json/shape]",
      "plan.json: resource_changes[3].provider_name: is missing, expected a text that is not empty [plan-json/shape]",
      "plan.json: this is not a plan in Terraform's format [plan-json/shape]",
    ]);
    expect(message).not.toContain(PAT);
  });

  it("reads what Windows PowerShell redirected", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(fixtureText("move"), "utf16le")]);
    expect(readPlan(bytes, "plan.json").changes).toHaveLength(7);
    expect(readPlan(Buffer.from(`\ufeff${fixtureText("move")}`), "plan.json").changes).toHaveLength(7);
    expect(readPlan(`\ufeff${fixtureText("move")}`, "plan.json").changes).toHaveLength(7);
  });

  it("accepts a plan of Terraform 1.7, which says neither applyable nor complete", () => {
    const document = fixture("move");
    delete document.applyable;
    delete document.complete;
    document.terraform_version = "1.7.0";
    expect(reviewPlan(readPlan(JSON.stringify(document), "plan.json"), organizationFile()).verdict).toBe("pass");
  });
});

/** What becomes of a text: refused, or judged. */
function outcome(bytes: Buffer | string): "refused" | "pass" | "fail" {
  try {
    return reviewPlan(readPlan(bytes, "plan.json"), organizationFile()).verdict;
  } catch (error) {
    if (error instanceof UsageError) return "refused";
    throw error;
  }
}

describe("fuzzed plans", () => {
  const text = fixtureText("move").trim();

  it("never pass when they are cut off", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
        expect(outcome(text.slice(0, length))).toBe("refused");
      }),
      { numRuns: 300 },
    );
  });

  it("never crash the reader, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(outcome(Buffer.from(bytes))).toBe("refused");
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(outcome(json)).toBe("refused");
      }),
    );
  });

  it("never pass when a part of a change is lost or becomes another kind of value", () => {
    const paths = leaves(fixture("move").resource_changes, ["resource_changes"]);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.constantFrom("delete", null, 7, "other", [], {}, true),
        (path, replacement) => {
          const document = fixture("move");
          const parent = path.slice(0, -1).reduce((value: Document, key) => value[key], document);
          const key = path[path.length - 1] ?? "";
          if (harmless(path, parent[key], replacement)) return;
          if (replacement === "delete") delete parent[key];
          else parent[key] = replacement;
          expect({ path, outcome: outcome(JSON.stringify(document)) }).not.toEqual({ path, outcome: "pass" });
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("never crash the review, whatever is lost or changed anywhere", () => {
    const document = fixture("move");
    const paths = leaves(document, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, replacement) => {
        const copy = fixture("move");
        const parent = path.slice(0, -1).reduce((value: Document, key) => value[key], copy);
        parent[path[path.length - 1] ?? ""] = replacement;
        expect(["refused", "pass", "fail"]).toContain(outcome(JSON.stringify(copy)));
      }),
      { numRuns: 500 },
    );
  });
});

/** Paths of all values, composite ones too. */
function leaves(value: Document, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys: readonly (string | number)[] = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  const inner = keys.flatMap((key) => leaves(value[key], [...path, key]));
  return path.length <= 1 ? inner : [path, ...inner];
}

/** Changes that say the same, or that nothing depends on. */
function harmless(path: readonly (string | number)[], before: Document, after: Document): boolean {
  const [, index, , side = "", attribute = ""] = path;
  // Sensitivity marks decide what is shown; the connection's ids are never asked for; an object may be in the state already.
  if (/_(sensitive|identity)$/.test(String(side))) return true;
  if (index === 0 && side === "after_unknown") return true;
  if (side === "importing" && attribute === "" && (after === null || after === "delete")) return true;
  // Attributes of the server, and those which the provider adds by itself.
  if (side === "before" && ["creation_source", "updated_at"].includes(String(attribute))) return true;
  if (side === "after_unknown" && attribute === "effective_tags") return true;
  // Any token may be the right one, and whether to ignore tags is no matter of the server's.
  if (index === 0 && attribute === "oauth_token" && after === "other") return true;
  if (side === "after" && attribute === "ignore_additional_tags" && after === true) return true;
  if (side === "after" && ["force_delete", "overridable"].includes(String(attribute)) && empty(after)) return true;
  return JSON.stringify(before) === JSON.stringify(after) || (empty(before) && empty(after));
}

function empty(value: Document): boolean {
  return ["null", '""', '"delete"', "{}", "[]", "[{}]"].includes(JSON.stringify(value));
}
