/** The constructs' tests on CDK Terrain, the successor of cdktf: what an app that has moved there uses. */
const base = require("./jest.config.js");

module.exports = {
  ...base,
  testPathIgnorePatterns: ["/node_modules/"],
  testMatch: ["<rootDir>/__tests__/{constructs,terrain}/**/*.test.ts", "<rootDir>/__tests__/{app,library}.test.ts"],
  // The bindings' own imports too.
  moduleNameMapper: {
    ...base.moduleNameMapper,
    "^cdktf$": "<rootDir>/node_modules/cdktn",
    "^cdktf/(.*)$": "<rootDir>/node_modules/cdktn/$1",
  },
};
