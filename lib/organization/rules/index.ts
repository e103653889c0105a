import { addresses } from "./addresses";
import { backend } from "./backend";
import { backendCredentials } from "./backend-credentials";
import { connection } from "./connection";
import { ids } from "./ids";
import { matchers } from "./matchers";
import { organizationName } from "./organization-name";
import { provider } from "./provider";
import type { Rule } from "./rule";
import { waveReferences } from "./wave-references";
import { waves } from "./waves";

/** Everything that an organization file must keep beyond its schema. */
export const rules: readonly Rule[] = [
  addresses,
  organizationName,
  ids,
  connection,
  matchers,
  waves,
  waveReferences,
  backend,
  backendCredentials,
  provider,
];
