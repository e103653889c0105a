import { App } from "cdktf";
import { buildApp, synthApp } from "./lib/app";
import { reportError } from "./lib/cli/exit-codes";
import { processIo } from "./lib/cli/io";
import { print } from "./lib/cli/print";

const io = processIo();
const app = new App();
try {
  buildApp(app, io.cwd, io.env, (line) => print(io.stderr, `warning: ${line}`));
  synthApp(app);
} catch (error) {
  process.exitCode = reportError(error, io);
}
