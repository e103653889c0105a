export type { GitlabState } from "./gitlab/state";
export type { Fault, FaultRule, Faults } from "./http/faults";
export type { LoggedRequest, RequestFilter, RequestLog } from "./http/log";
export type { SandboxOptions } from "./options";
export { type Sandbox, startSandbox } from "./start";
export type * from "./tfe/state/records";
export { modulePatches } from "./tfe/state/records";
export type { TfeState } from "./tfe/state/tfe-state";
