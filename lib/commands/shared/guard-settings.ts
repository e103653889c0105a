import type { GuardEvent } from "../../guard/event";
import type { GuardExpectation } from "../../guard/expectation";
import { type GuardSettings, settleGuard } from "../../guard/launch";
import { isWorkspace } from "../../kinds/workspace";
import type { MigrationPlan } from "../../migration/migration-plan";
import type { Context } from "./context";

export interface GuardOptions {
  /** Whether workspaces are read in list pages. @default true */
  readonly readAhead?: boolean;
  /** Whether it is a plan's guard, which keeps what it reads of remote state consumers, or that of its apply. @default neither */
  readonly consumers?: "keep" | "use";
}

/** Commander's: `readAhead` is true where it is not given. */
export const READ_AHEAD_OPTION = [
  "--no-read-ahead",
  "read each workspace individually, not a hundred at a time from list pages",
] as const;

/**
 * Has a guard ready for what runs next on the organization.
 *
 * @param plan what the configuration says
 */
export function settleGuardOf(
  { io, organization, paths }: Context,
  plan: MigrationPlan,
  expectation: GuardExpectation,
  options: GuardOptions = {},
): Promise<GuardSettings> {
  return settleGuard(
    io.env,
    { configuration: paths.guardConfiguration, pause: paths.pause, journal: paths.journal },
    {
      expectation,
      patVariable: `TF_VAR_${organization.connection.tokenVariable}`,
      readAhead: options.readAhead !== false,
      workspaces: plan.managed.filter(isWorkspace).map(({ id }) => id),
      consumers: options.consumers === undefined ? null : { what: options.consumers, file: paths.planConsumers },
    },
  );
}

/** What is not about a single write, in words; undefined for what is. */
export function wordsOf(event: GuardEvent): string | undefined {
  switch (event.type) {
    case "read-ahead-off":
      return `NOTE     Every workspace is read individually, which takes longer: ${event.reason}`;
    case "note":
      return event.text;
    case "paused":
      return "PAUSED   Nothing is written until repoint resume; what is under way ends.";
    case "resumed":
      return "RESUMED";
    case "refused": {
      const { method, path, rule, message } = event;
      // What comes after the first refusal may be a thousand: Terraform and the journal tell each.
      if (rule === "stopped") return undefined;
      return `REFUSED  ${message.startsWith(method) ? message : `${method} /${path}: ${message}`} (${rule})`;
    }
    case "written":
    case "left":
      return undefined;
  }
}
