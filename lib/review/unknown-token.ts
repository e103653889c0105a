import { type ConfiguredResource, withoutIndices } from "./configuration";
import type { Resource } from "./resource";
import type { RuleFinding, Subject } from "./rule";
import { type TokenOrigin, traceToken } from "./trace";

/** A token known only after the apply is fine when it is that of a connection which this plan creates: is it? */
export function* unknownToken(resource: Resource, { created, expectation }: Subject): Iterable<RuleFinding> {
  const { address, configured } = resource;
  if (created.length === 0) {
    yield { address, message: "its token would be known only after the apply, and no connection is created" };
    return;
  }
  if (configured === undefined) {
    yield {
      address,
      message: "its token is not known yet, and the configuration in the plan does not say where it comes from",
    };
    return;
  }
  const origin = originOf(configured);
  switch (origin.type) {
    case "connections": {
      const names = new Set(created.map((connection) => withoutIndices(connection.address)));
      const strangers = [...origin.addresses].filter((name) => !names.has(name));
      if (strangers.length > 0 || origin.addresses.size > 1) {
        yield {
          address,
          message: `its token comes from ${[...origin.addresses].join(" and ")}; this plan creates ${[...names].join(", ")}`,
        };
      } else if (origin.beside.size > 0) {
        yield {
          severity: expectation === undefined ? "warning" : "error",
          address,
          message: `its token is made from ${[...origin.addresses, ...origin.beside].join(" and ")}; it is not known yet, so most likely the new connection's`,
          remedy: `refer to ${created[0]?.address}.oauth_token_id alone`,
        };
      }
      return;
    }
    case "other":
      yield { address, message: `its token comes from ${origin.reference}, not from the connection that is created` };
      return;
    case "untraceable":
      yield {
        // The connection is the only thing in such a plan that could make a token; a second one makes it a guess.
        severity: expectation === undefined && created.length === 1 ? "warning" : "error",
        address,
        message: `its token comes through ${origin.through}, which a plan does not record: most likely the new connection's`,
        remedy: `refer to ${created[0]?.address}.oauth_token_id directly`,
      };
  }
}

/** Thousands of instances share one block. */
const origins = new WeakMap<ConfiguredResource, TokenOrigin>();

function originOf(configured: ConfiguredResource): TokenOrigin {
  const origin = origins.get(configured) ?? traceToken(configured);
  origins.set(configured, origin);
  return origin;
}
