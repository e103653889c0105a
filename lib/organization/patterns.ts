/** The shapes of single values: the rules test them, and editors do by the JSON schema. None has flags. */
export const patterns = {
  /** A host's name, with a port where there is one. */
  hostname: /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$/,
  /** An organization file's name without `.yaml`, which also names its stack and other files. */
  fileName: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  /** Terraform Enterprise: letters, digits, `-` and `_`. */
  organization: /^[A-Za-z0-9_-]+$/,
  url: /^https?:\/\/[^\s?#@]+$/,
  apiUrl: /^https?:\/\/[^\s?#@]+\/api\/v4\/?$/,
  connectionId: /^oc-[A-Za-z0-9]+$/,
  agentPoolId: /^apool-[A-Za-z0-9]+$/,
  resourceId: /^(ws|polset|mod|st)-[A-Za-z0-9]+$/,
  variable: /^[A-Za-z_][A-Za-z0-9_]*$/,
  waveName: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  versionConstraint:
    /^\s*(=|!=|>=|<=|>|<|~>)?\s*[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?\s*(,\s*(=|!=|>=|<=|>|<|~>)?\s*[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?\s*)*$/,
} as const;
