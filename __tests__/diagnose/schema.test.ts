import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { diagnosisJsonSchema, diagnosisSchema } from "../../lib/diagnose/diagnosis";
import { diagnosed, grantInvalid, raceLines, refusedApi, text, tfe } from "./support/logs";

const committed: unknown = JSON.parse(readFileSync(join(__dirname, "../../docs/diagnosis.schema.json"), "utf8"));

test("the committed schema is the generated one", () => {
  expect(committed).toEqual(diagnosisJsonSchema());
});

test.each([
  ["a race", { "production_json.log": text(raceLines(3)), "atlas.log": tfe(grantInvalid) }],
  ["another cause", { "api_json.log": refusedApi("token_expired") }],
  ["too little", { "atlas.log": tfe(grantInvalid), odd: Buffer.from([1, 2, 3]) }],
  ["nothing", {}],
])("a diagnosis of %s follows the schema", async (_name, inputs) => {
  const diagnosis: unknown = JSON.parse(JSON.stringify(await diagnosed(inputs)));
  expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(committed as object);
  expect([validate(diagnosis), validate.errors]).toEqual([true, null]);
});
