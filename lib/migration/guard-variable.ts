/** The Terraform variable by which a program behind the guard is known, and its value there. */
export const GUARD_VARIABLE = "repoint_guard";
export const GUARD_ON = "on";

/** Whether the guard started a process. */
export function isGuarded(env: Readonly<Record<string, string | undefined>>): boolean {
  return env[`TF_VAR_${GUARD_VARIABLE}`] === GUARD_ON;
}
