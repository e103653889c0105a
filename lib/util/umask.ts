/**
 * What Terraform makes is for its owner alone: states and plan files hold the personal access token. But for `init`, whose providers
 * may go into a cache that others share (`TF_PLUGIN_CACHE_DIR`).
 */
export const PRIVATE = 0o077;

/** Starts a child with a umask, which it and its own children keep; undefined leaves it as it is. `spawn` has started it when it returns. */
export function withUmask<T>(umask: number | undefined, start: () => T): T {
  if (umask === undefined) return start();
  const before = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}
