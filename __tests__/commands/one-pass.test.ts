import * as app from "../../lib/app";
import * as decide from "../../lib/migration/decide";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

jest.setTimeout(300_000);

jest.mock("../../lib/migration/decide", () => {
  const actual = jest.requireActual<typeof decide>("../../lib/migration/decide");
  return { ...actual, decideAll: jest.fn(actual.decideAll) };
});
jest.mock("../../lib/app", () => {
  const actual = jest.requireActual<typeof app>("../../lib/app");
  return {
    ...actual,
    synthesize: jest.fn(actual.synthesize),
    synthesizeAside: jest.fn(actual.synthesizeAside),
    configurationOf: jest.fn(actual.configurationOf),
  };
});

const counts = () => ({
  decided: jest.mocked(decide.decideAll).mock.calls.length,
  synthesized: jest.mocked(app.synthesize).mock.calls.length,
  aside: jest.mocked(app.synthesizeAside).mock.calls.length + jest.mocked(app.configurationOf).mock.calls.length,
});

let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
});
afterEach(() => stage.close());

it("decides and synthesizes once for a plan, and writes nothing for a review", async () => {
  await stage.must("plan", "sandbox");
  expect(counts()).toEqual({ decided: 1, synthesized: 1, aside: 0 });
  jest.clearAllMocks();
  await stage.must("review", "sandbox");
  expect(counts()).toEqual({ decided: 1, synthesized: 0, aside: 1 });
});
