import type { Rule, RuleFinding } from "../rule";

/** The plan leaves nothing out. */
export const fileCovered: Rule = {
  id: "file-covered",
  severity: "error",
  needsOrganizationFile: true,
  explanation: "The plan contains every resource that the organization file covers, to re-point or already re-pointed.",
  remedy: "plan again: `repoint plan`",
  *check({ resources, expectation, plan }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    const present = new Set(resources.filter(({ entry }) => entry.deposed === undefined).map(({ address }) => address));
    for (const [address, { desired }] of expectation.resources) {
      if (!present.has(address)) {
        yield {
          address,
          message: `${desired.kind} ${desired.name} (${desired.id}) is in the organization file but not in the plan`,
        };
      }
    }
    for (const [address, { name }] of expectation.forgottenConnections) {
      if (plan.prior.has(address) && !present.has(address)) {
        yield { address, message: `${name} should be forgotten, but the plan does not forget it` };
      }
    }
    for (const [address, { kind, name, id }] of expectation.forgotten) {
      if (plan.prior.has(address) && !present.has(address)) {
        yield { address, message: `${kind} ${name} (${id}) should be forgotten, but the plan does not forget it` };
      }
    }
  },
};
