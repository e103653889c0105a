import { textMember } from "../json";
import type { Rule, RuleFinding } from "../rule";

/** Terraform lets go only of what the wish releases. */
export const nothingForgotten: Rule = {
  id: "nothing-forgotten",
  severity: "error",
  explanation: "Terraform forgets nothing but the attachments that the wish releases.",
  remedy: "release it through the wish (`release`, or a narrower `select`), or take its `removed` block out",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    for (const { address, action, entry } of resources) {
      if (action !== "forget") continue;
      const released = expectation?.released.get(address);
      if (released === undefined) {
        const why =
          expectation === undefined ? "no wish is there to say that it may be" : "the wish does not release it";
        yield { address, message: `Terraform would forget it; ${why}` };
        continue;
      }
      const id = textMember(entry.change.before, "id");
      if (id !== released.id) {
        yield {
          address,
          message: `Terraform would forget ${id ?? "an object without an id"} here; the wish releases ${released.id} (${released.name})`,
        };
      }
    }
  },
};
