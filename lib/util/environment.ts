/** A variable of the environment. One that is set to nothing is not set: shells and CI systems make no difference either. */
export function variableOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}
