import { jsonText } from "../../util/json-text";

/** The kind of log that VCS events are, and the component that they name. */
export const VCS_EVENTS = "tfe-vcs-events";

/** One of HCP Terraform's VCS events as a line of its log, which begins with its time, so that lines can be sorted. */
export function vcsEventLine({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }): string {
  const { message, "created-at": at } = attributes;
  const time = typeof at === "string" ? new Date(at) : undefined;
  const shown = time === undefined || Number.isNaN(time.getTime()) ? "" : time.toISOString();
  const said = typeof message === "string" ? message : "";
  return jsonText({ time: shown, component: VCS_EVENTS, log: `${shown.replace("T", " ")} [ERROR] ${said}` });
}
