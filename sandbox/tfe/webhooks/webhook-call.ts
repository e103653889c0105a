import type { VcsRepo } from "../state/records";
import type { TfeState } from "../state/tfe-state";

/** One webhook on its way through TFE. */
export interface WebhookCall {
  readonly state: TfeState;
  /** The sandbox's GitLab. */
  readonly gitlabUrl: string;
  /** What the webhook is about. */
  readonly link: VcsRepo;
  /** Of the request, for the log. */
  readonly id: string;
}
