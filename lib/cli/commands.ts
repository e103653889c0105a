import type { Command } from "commander";
import type { Io } from "./io";

/** Makes a command's parser; its action does the work and throws `UsageError` or `ExternalError`. */
export type CommandFactory = (io: Io) => Command;

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's file only when it is the one that was asked for. */
  readonly load: () => Promise<CommandFactory>;
}

/** Every command, in the order in which a migration needs them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "diagnose",
    summary: "tell from GitLab's and Terraform Enterprise's logs what broke the connection",
    load: async () => (await import("./diagnose.js")).diagnoseCommand,
  },
  {
    name: "inventory",
    summary: "record an organization's connections and everything that uses them",
    load: async () => (await import("./inventory.js")).inventoryCommand,
  },
  {
    name: "review",
    summary: "judge a Terraform plan: a re-pointing and nothing else?",
    load: async () => (await import("./review.js")).reviewCommand,
  },
  {
    name: "sandbox",
    summary: "run the embedded Terraform Enterprise and GitLab",
    load: async () => (await import("./sandbox.js")).sandboxCommand,
  },
  {
    name: "demo",
    summary: "the whole way on the embedded sandbox, told step by step",
    load: async () => (await import("./demo.js")).demoCommand,
  },
];
