import type { DesiredConnection } from "../migration/migration-plan";
import { projectLinkAddress } from "../migration/own-connection";

/** How Terraform comes to the state in one run. */
export type StateWay =
  /** By its `http` backend from the guard, which serves the local file. */
  | { readonly type: "served" }
  /** By the backend of the organization's file itself. */
  | { readonly type: "own"; readonly reason: string };

/** What is known of the local backend's state before a run. */
export interface StateFacts {
  /** Terraform's workspace; `default` where none was chosen. */
  readonly workspace: string;
  /** All of `TF_CLI_ARGS…`, which Terraform adds to its arguments. */
  readonly extraArguments: string;
  /** Names of Terraform files of the user's own in the stack's folder. */
  readonly otherFiles: readonly string[];
  /** Why the file cannot be replaced by another one; undefined where it can. */
  readonly fixedFile: string | undefined;
  /** Who says that they hold the state. */
  readonly holder: string | undefined;
  /** What the configuration wants, and Terraform cannot import. */
  readonly notImportable: readonly string[];
  /** What the state holds. */
  readonly held: ReadonlySet<string>;
}

/**
 * Whether the guard may serve the state. Terraform hands it over every 20 seconds and at its end alone (`hook_state.go`), so that a kill
 * takes what was done since out of the state. The next plan imports it again; but what cannot be imported must never be lost, so a run
 * that makes such a thing goes to the file itself, which the local backend writes after every change. So does every run where the served
 * state could be another one than Terraform's own, or where Terraform's own lock must say who holds it.
 */
export function stateWay(facts: StateFacts): StateWay {
  const reason = ownReason(facts);
  return reason === undefined ? { type: "served" } : { type: "own", reason };
}

function ownReason(facts: StateFacts): string | undefined {
  if (facts.workspace !== "default") return `Terraform's workspace is ${facts.workspace}`;
  if (/-(backend|state|reconfigure|migrate)/.test(facts.extraArguments))
    return "TF_CLI_ARGS contains an option for the state";
  if (facts.otherFiles.length > 0) return `the stack's folder contains ${facts.otherFiles.join(", ")}`;
  if (facts.fixedFile !== undefined) return facts.fixedFile;
  if (facts.holder !== undefined) return `the state is locked: ${facts.holder}`;
  const made = facts.notImportable.filter((address) => !facts.held.has(address));
  return made.length === 0 ? undefined : `this run creates objects that Terraform cannot import: ${made.join(", ")}`;
}

/** The Terraform resources of a connection: the provider can import none of them (facts of provider 0.80's documentation). */
export function notImportable(connection: DesiredConnection): readonly string[] {
  const projects = connection.type === "create" ? connection.projectIds : connection.links;
  const links = projects.map((id) => `tfe_project_oauth_client.${projectLinkAddress(connection.address, id)}`);
  return connection.type === "create" ? [`tfe_oauth_client.${connection.address}`, ...links] : links;
}
