import { addresses } from "./addresses";
import { backend } from "./backend";
import { connection } from "./connection";
import { ids } from "./ids";
import { matchers } from "./matchers";
import { provider } from "./provider";
import type { Rule } from "./rule";
import { secrets } from "./secrets";
import { waves } from "./waves";

/** Everything that a wish must keep beyond its schema. */
export const rules: readonly Rule[] = [addresses, ids, secrets, connection, matchers, waves, backend, provider];
