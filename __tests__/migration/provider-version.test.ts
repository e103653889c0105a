import { registryModulesInPlace } from "../../lib/migration/provider-version";

it.each([
  "~> 0.80.0",
  "~> 0.80",
  "0.80.0",
  "= 0.80.1",
  "v0.80.0",
  ">= 0.80, < 1",
  "< 1.0.0, >= 0.81.2",
  ">= 0.70, >= 0.80.0",
  "~> 0.80.0, != 0.80.2",
  "> 0.80.0",
  "1.0.0",
  ">= 1",
])("%s allows only versions that re-point a module in place", (constraint) => {
  expect(registryModulesInPlace(constraint)).toBe(true);
});

it.each([
  "~> 0.79.0",
  "~> 0.79",
  ">= 0.79.9",
  "> 0.79.0",
  "0.71.0",
  "< 1",
  "!= 0.79.0",
  "<= 0.80.0",
  ">= 0",
  "",
  "latest",
  ">= 0.80, newest",
  "0.80.0-beta1",
])("%j may allow others", (constraint) => {
  expect(registryModulesInPlace(constraint)).toBe(false);
});
