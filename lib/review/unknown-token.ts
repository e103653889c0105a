import { type ConfiguredResource, withoutIndices } from "./configuration";
import type { Resource } from "./resource";
import type { RuleFinding, Subject } from "./rule";
import { type TokenOrigin, traceToken } from "./trace";

const FIRST =
  "create the connection in a separate plan (`terraform plan -target`, or `connection.existing` in the organization file): the next plan then contains its token's id. Or plan from JSON: `npx cdktf synth`, without --hcl";

/** A token known only after the apply is fine when it is that of a connection which this plan creates: is it? */
export function* unknownToken(resource: Resource, { created }: Subject): Iterable<RuleFinding> {
  const { address, configured } = resource;
  if (created.length === 0) {
    yield { address, message: "its token would be known only after the apply, and no connection is created" };
    return;
  }
  if (configured === undefined) {
    yield {
      address,
      message: "its token is not known yet, and the configuration in the plan does not show its source",
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
          address,
          message: `its token is made from ${[...origin.addresses, ...origin.beside].join(" and ")}; it is not known yet, so the plan does not show which token it will be`,
          remedy: FIRST,
        };
      } else if (!origin.shown) {
        yield {
          address,
          message: `its token is not known yet. It comes from ${[...names].join(", ")}, but a plan made from HCL does not show whether it is that token or computed from it`,
          remedy: FIRST,
        };
      }
      return;
    }
    case "computed":
      yield {
        address,
        message: "its token would be computed: the configuration has an expression there, not a reference",
        remedy: `refer to ${created[0]?.address}.oauth_token_id, and nothing else`,
      };
      return;
    case "other":
      yield { address, message: `its token comes from ${origin.reference}, not from the new connection` };
      return;
    case "untraceable":
      yield {
        address,
        message: `its token is not known yet and comes through ${origin.through}, which a plan does not record`,
        remedy: FIRST,
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
