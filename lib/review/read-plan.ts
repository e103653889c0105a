import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { type Problem, UsageError } from "../errors";
import { parseJson } from "../util/json";
import { quoted } from "../util/json-text";
import { textOf } from "../util/text-of";
import { refuseDeep } from "./depth";
import { isObject, type Json, type JsonObject, member } from "./json";
import type { Plan } from "./plan-schema";
import { readChange, readResourceChange } from "./read-change";
import { Shape } from "./shape";
import { lookedUpConnections, managedValues, stateResources } from "./state-values";

/** Every member of a plan, by Terraform's documentation of its JSON output and its source (internal/command/jsonplan), 1.7 to 1.15. */
const PARTS = new Set([
  "format_version",
  "terraform_version",
  "variables",
  "planned_values",
  "resource_drift",
  "resource_changes",
  "deferred_changes",
  "action_invocations",
  "deferred_action_invocations",
  "output_changes",
  "prior_state",
  "configuration",
  "relevant_attributes",
  "checks",
  "timestamp",
  "applyable",
  "complete",
  "errored",
]);

const HINT = "make it with `terraform show -json PLANFILE > plan.json`";

/**
 * Reads the output of `terraform show -json PLANFILE`. Whatever is not the whole of such an output is refused.
 *
 * @param bytes the JSON text.
 * @param file what to call it in errors.
 * @throws UsageError with every problem of its shape; values are never repeated, as they may be secret.
 */
export function readPlan(bytes: Buffer | string, file: string): Plan {
  return refuseDeep(file, () => read(bytes, file));
}

function read(bytes: Buffer | string, file: string): Plan {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const shape = new Shape(file);
  const document = shape.object(parse(bytes, file), "");
  checkKind(document, file);

  const priorState = shape.optionalObject(document.prior_state, "prior_state");
  const prior = stateResources(priorState.values, "prior_state.values", shape);
  const planned = stateResources(shape.object(document.planned_values, "planned_values"), "planned_values", shape);
  const resources = (key: string) =>
    shape.optionalArray(document[key], key).map((entry, index) => readResourceChange(entry, `${key}[${index}]`, shape));
  const plan: Plan = {
    sha256,
    formatVersion: shape.text(document.format_version, "format_version"),
    terraformVersion: shape.text(document.terraform_version, "terraform_version"),
    timestamp: shape.optionalText(document.timestamp, "timestamp"),
    errored: shape.optionalBoolean(document.errored, "errored"),
    complete: shape.optionalBoolean(document.complete, "complete"),
    applyable: shape.optionalBoolean(document.applyable, "applyable"),
    changes: resources("resource_changes"),
    drift: resources("resource_drift"),
    deferred: shape.optionalArray(document.deferred_changes, "deferred_changes").map((entry, index) => {
      const path = `deferred_changes[${index}]`;
      const deferred = shape.object(entry, path);
      const address = shape.optionalText(
        member(deferred.resource_change, "address"),
        `${path}.resource_change.address`,
      );
      return { address: address ?? "(unknown)", reason: shape.optionalText(deferred.reason, `${path}.reason`) ?? "" };
    }),
    actions: ["action_invocations", "deferred_action_invocations"].flatMap((key) =>
      shape.optionalArray(document[key], key).map((entry) => {
        const address = member(entry, "address") ?? member(member(entry, "action_invocation"), "address");
        return typeof address === "string" ? address : "(unknown)";
      }),
    ),
    outputs: Object.entries(shape.optionalObject(document.output_changes, "output_changes")).map(([name, change]) => ({
      name,
      change: readChange(change, `output_changes.${name}`, shape),
    })),
    checks: shape.optionalArray(document.checks, "checks").map((entry, index) => {
      const check = shape.object(entry, `checks[${index}]`);
      const address = member(check.address, "to_display");
      return {
        address: typeof address === "string" ? address : `checks[${index}]`,
        status: shape.text(check.status, `checks[${index}].status`),
      };
    }),
    variables: new Map(
      Object.entries(shape.optionalObject(document.variables, "variables")).map(([name, entry]) => [
        name,
        shape.object(entry, `variables.${name}`).value ?? null,
      ]),
    ),
    prior: managedValues(prior),
    planned: managedValues(planned),
    lookups: lookedUpConnections([...prior, ...planned]),
    configuration: shape.object(document.configuration, "configuration"),
    unknownParts: Object.keys(document).filter((key) => !PARTS.has(key)),
  };
  shape.object(plan.configuration.root_module, "configuration.root_module");
  shape.done();
  return plan;
}

function parse(bytes: Buffer | string, file: string): Json {
  const empty = (typeof bytes === "string" ? bytes.trim() : bytes.toString("latin1", 0, 64).trim()) === "";
  if (empty) throw new UsageError({ rule: "plan-json/empty", file, message: "it is empty", fix: HINT });
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    const fix = "split the plan into smaller waves";
    throw new UsageError({ rule: "plan-json/size", file, message: "it is too large to read", fix });
  }
  const decoded = textOf(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  if (decoded.type === "wrong") {
    const fix = bytes[0] === 0x50 ? "this looks like a saved plan itself: " : "";
    throw new UsageError({ rule: "plan-json/encoding", file, message: `it ${decoded.reason}`, fix: `${fix}${HINT}` });
  }
  const { text } = decoded;
  const json = parseJson(text);
  if (json.type === "value") return json.value;
  if (text.startsWith('{"@level":')) throw new UsageError(logProblem(file));
  const message = /^\s*[[{]/.test(text) ? `it ${json.reason}` : "it is not JSON";
  throw new UsageError({ rule: "plan-json/syntax", file, message, fix: HINT });
}

function checkKind(document: JsonObject, file: string): void {
  const version = document.format_version;
  const planned = isObject(document.planned_values) || Object.hasOwn(document, "resource_changes");
  // As it is shown, or as it is stored.
  const isState =
    (typeof version === "string" && isObject(document.values)) ||
    (typeof document.lineage === "string" && document.serial !== undefined);
  if (!planned && isState) {
    throw new UsageError({
      rule: "plan-json/state",
      file,
      message: "it is a state, not a plan",
      fix: "name the saved plan: `terraform show -json PLANFILE`",
    });
  }
  if (document["@level"] !== undefined) throw new UsageError(logProblem(file));
  if (typeof version === "string" && !/^1\.\d+$/.test(version)) {
    throw new UsageError({
      rule: "plan-json/version",
      file,
      message: `its format_version is ${quoted(version.slice(0, 20))}, expected 1.x`,
      fix: "use Terraform 1.7 or later, or a version of repoint that knows this format",
    });
  }
}

/** One JSON object a line, the first of which tells Terraform's version. */
function logProblem(file: string): Problem {
  return {
    rule: "plan-json/log",
    file,
    message: "it is the log of `terraform plan -json`, not a plan",
    fix: `save the plan with -out=PLANFILE and ${HINT}`,
  };
}
