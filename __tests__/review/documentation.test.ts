import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../lib/review/rules";

it("docs/reference/review-rules.md has every rule as it is", () => {
  const text = readFileSync(join(__dirname, "../../docs/reference/review-rules.md"), "utf8");
  const documented = text.split("\n").filter((line) => /^\| `[a-z-]+` \| (?:error|warning|info)/.test(line));
  expect(documented).toEqual(
    rules.map(
      ({ id, severity, needsOrganizationFile, explanation }) =>
        `| \`${id}\` | ${severity}${needsOrganizationFile === true ? ", with an organization file" : ""} | ${explanation} |`,
    ),
  );
});
