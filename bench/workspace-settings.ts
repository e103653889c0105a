import type { WorkspaceSettings } from "../lib/kinds/workspace";

/** Those of a workspace that nobody has changed. The tests take them too. */
export const settings: WorkspaceSettings = {
  description: null,
  allowDestroyPlan: true,
  assessmentsEnabled: false,
  autoApply: false,
  autoApplyRunTrigger: false,
  autoDestroyAt: null,
  autoDestroyActivityDuration: null,
  inheritsProjectAutoDestroy: false,
  executionMode: "remote",
  agentPoolId: null,
  fileTriggersEnabled: true,
  globalRemoteState: false,
  queueAllRuns: false,
  sourceName: null,
  sourceUrl: null,
  speculativeEnabled: true,
  sshKeyId: null,
  structuredRunOutputEnabled: true,
  terraformVersion: "1.9.8",
  triggerPrefixes: [],
  triggerPatterns: [],
  workingDirectory: "",
  tagNames: [],
};
