/** The Terraform variable by which a program behind the guard is known, and its value there. */
export const GUARD_VARIABLE = "repoint_guard";
export const GUARD_ON = "on";
/** The same for an app: `cdktf` keeps `TF_VAR_…` from it. */
export const GUARD_ENVIRONMENT = "REPOINT_GUARD";

/** Whether the guard started a process. */
export function isGuarded(env: Readonly<Record<string, string | undefined>>): boolean {
  return env[GUARD_ENVIRONMENT] === GUARD_ON;
}
