"use strict";
// Prints `PASSED FAILED` of a jest result file. A test file that could not even be loaded counts as one failed test,
// and so does a skipped test: this project has none.
const { readFileSync } = require("node:fs");

const result = JSON.parse(readFileSync(process.argv[2], "utf8"));
const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests + result.numTodoTests;
console.log(`${result.numPassedTests} ${failed}`);
