/** End-to-end tests: the real Terraform and the real provider against the embedded sandbox. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  globalSetup: "<rootDir>/__tests__/e2e/support/provider.ts",
  maxWorkers: 1,
  testTimeout: 600_000,
};
