#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const main = join(__dirname, "..", "dist", "lib", "cli", "main.js");
if (!existsSync(main)) {
  console.error("error: repoint is not built yet\n    fix: run `npm run build` in its folder");
  process.exit(2);
}
require(main)
  .run(process.argv.slice(2))
  .then((code) => {
    process.exitCode = code;
  });
