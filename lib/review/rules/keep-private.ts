import { members } from "../json";
import type { Rule, RuleFinding } from "../rule";

/** Terraform's JSON shows what its own output hides. */
export const keepPrivate: Rule = {
  id: "keep-private",
  severity: "info",
  explanation: "A plan file and its JSON contain sensitive values in plain text; the files that Repoint writes do not.",
  remedy: "do not commit, attach or publish the plan or its JSON; share this review instead",
  *check({ plan, configuration }): Iterable<RuleFinding> {
    const sensitive = members(configuration.root.variables).flatMap(([name, variable]) =>
      members(variable).some(([key, value]) => key === "sensitive" && value === true) && plan.variables.has(name)
        ? [name]
        : [],
    );
    const marked = plan.changes.filter(
      ({ change }) => hasMark(change.beforeSensitive) || hasMark(change.afterSensitive),
    );
    if (sensitive.length === 0 && marked.length === 0) return;
    const places = [
      ...(sensitive.length > 0
        ? [`in the value of the variable${sensitive.length === 1 ? "" : "s"} ${sensitive.join(", ")}`]
        : []),
      ...(marked.length > 0 ? [`in ${marked.length} resource${marked.length === 1 ? "" : "s"}`] : []),
    ];
    yield { message: `the plan's JSON contains sensitive values in plain text: ${places.join(" and ")}` };
  },
};

function hasMark(marks: unknown): boolean {
  return marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(hasMark));
}
