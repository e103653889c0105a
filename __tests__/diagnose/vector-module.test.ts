import { readFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";
import { vectorModule } from "../../lib/diagnose/scan/vector-module";

const source = join(__dirname, "../../lib/diagnose/scan/vector-module.wat");

it("is what its readable source assembles to", async () => {
  const module = (await wabt()).parseWat(source, readFileSync(source, "utf8"), { simd: true });
  const { buffer } = module.toBinary({});
  expect(vectorModule.toString("base64")).toBe(Buffer.from(buffer).toString("base64"));
});
