/** Tests that need Node alone. Those that need terraform and the provider: jest.e2e.config.js. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/__tests__/(e2e|terrain)/"],
  setupFiles: ["<rootDir>/__tests__/seed.ts"],
  // Commands are imported by the name that their file has when it is built.
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    "^repoint$": "<rootDir>/lib",
    "^repoint/sandbox$": "<rootDir>/sandbox",
    "^repoint/testing$": "<rootDir>/lib/testing",
  },
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  // A test that fails may leave a server open; the run must end all the same.
  forceExit: true,
  testTimeout: 180_000,
  // Jest leaves one processor alone otherwise: half of a small machine.
  maxWorkers: "100%",
};
