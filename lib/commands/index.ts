import type { Command } from "commander";
import type { Io } from "../cli/io";

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
    summary: "find in GitLab's and Terraform Enterprise's logs what broke the connection",
    load: async () => (await import("./diagnose/index.js")).diagnoseCommand,
  },
  {
    name: "restore",
    summary: "restore a broken connection and lost VCS links",
    load: async () => (await import("./restore/index.js")).restoreCommand,
  },
  {
    name: "inventory",
    summary: "record an organization's connections and everything that uses them",
    load: async () => (await import("./inventory/index.js")).inventoryCommand,
  },
  {
    name: "preflight",
    summary: "check the PAT, the repositories and the TFE token before anything moves",
    load: async () => (await import("./preflight/index.js")).preflightCommand,
  },
  {
    name: "plan",
    summary: "refresh the inventory, make a Terraform plan, review and save it",
    load: async () => (await import("./plan/index.js")).planCommand,
  },
  {
    name: "review",
    summary: "check that a Terraform plan re-points resources and does nothing else",
    load: async () => (await import("./review/index.js")).reviewCommand,
  },
  {
    name: "apply",
    summary: "apply exactly the saved plan, then verify",
    load: async () => (await import("./apply/index.js")).applyCommand,
  },
  {
    name: "verify",
    summary: "read everything again and compare every resource with its baseline",
    load: async () => (await import("./verify/index.js")).verifyCommand,
  },
  {
    name: "status",
    summary: "print where the migration stands and what comes next",
    load: async () => (await import("./status.js")).statusCommand,
  },
  {
    name: "owners",
    summary: "print what to send those whose own Terraform manages resources",
    load: async () => (await import("./owners.js")).ownersCommand,
  },
  {
    name: "guard",
    summary: "run a command, such as cdktf deploy, with every write to TFE checked",
    load: async () => (await import("./guard.js")).guardCommand,
  },
  {
    name: "pause",
    summary: "hold every write of an organization's runs",
    load: async () => (await import("./pause.js")).pauseCommand,
  },
  {
    name: "resume",
    summary: "continue after a pause",
    load: async () => (await import("./pause.js")).resumeCommand,
  },
  {
    name: "rollback",
    summary: "take waves back to their old connection",
    load: async () => (await import("./rollback.js")).rollbackCommand,
  },
  {
    name: "rotate",
    summary: "replace the connection's PAT in place, prove it, and revoke the old one",
    load: async () => (await import("./rotate/index.js")).rotateCommand,
  },
  {
    name: "retire",
    summary: "delete the old connection, once nothing refers to it",
    load: async () => (await import("./retire.js")).retireCommand,
  },
  {
    name: "ssh-key",
    summary: "give the new connection an SSH key",
    load: async () => (await import("./ssh-key/index.js")).sshKeyCommand,
  },
  {
    name: "expiry",
    summary: "print how many days the PAT of each organization lasts",
    load: async () => (await import("./expiry/index.js")).expiryCommand,
  },
  {
    name: "provider",
    summary: "download the provider into a filesystem mirror",
    load: async () => (await import("./provider.js")).providerCommand,
  },
  {
    name: "race",
    summary: "simulate what a burst of webhooks does to a connection",
    load: async () => (await import("./race.js")).raceCommand,
  },
  {
    name: "sandbox",
    summary: "run the embedded Terraform Enterprise and GitLab",
    load: async () => (await import("./sandbox.js")).sandboxCommand,
  },
  {
    name: "demo",
    summary: "play the whole migration on the embedded sandbox, step by step",
    load: async () => (await import("./demo/index.js")).demoCommand,
  },
];
