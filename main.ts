import { App } from "cdktf";
import { buildApp, synthApp } from "./lib/app";
import { UsageError } from "./lib/errors";

const app = new App();
try {
  buildApp(app, process.cwd(), (line) => console.error(`warning: ${line}`));
  synthApp(app);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
