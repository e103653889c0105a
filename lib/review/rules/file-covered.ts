import type { Rule, RuleFinding } from "../rule";

/** The plan leaves nothing out. */
export const fileCovered: Rule = {
  id: "file-covered",
  severity: "error",
  needsOrganizationFile: true,
  explanation: "Every resource that the organization file covers is in the plan, to be re-pointed or already done.",
  remedy: "plan again: `repoint plan`",
  *check({ resources, expectation, plan }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    const present = new Set(resources.filter(({ entry }) => entry.deposed === undefined).map(({ address }) => address));
    for (const [address, { desired }] of expectation.resources) {
      if (!present.has(address)) {
        yield {
          address,
          message: `${desired.kind} ${desired.name} (${desired.id}) is in the organization file and not in the plan`,
        };
      }
    }
    for (const [address, { name }] of expectation.forgottenConnections) {
      if (plan.prior.has(address) && !present.has(address)) {
        yield { address, message: `${name} is to be forgotten, and the plan does not` };
      }
    }
    for (const [address, { kind, name, id }] of expectation.forgotten) {
      if (plan.prior.has(address) && !present.has(address)) {
        yield { address, message: `${kind} ${name} (${id}) is to be forgotten, and the plan does not` };
      }
    }
  },
};
