import { createProgress } from "../../cli/progress";
import { count } from "../../cli/table";
import { ExternalError } from "../../errors";
import type { VcsResource } from "../../kinds";
import { listSomeVcsErrors } from "../../tfe/api";
import type { Context } from "../shared/context";
import type { GitlabProblem } from "../shared/gitlab-findings";
import { webhookToken, withGitlab } from "../shared/gitlab-tokens";
import { withTfe } from "../shared/refresh-inventory";
import { checkDeliveries, type Delivery, deliveriesInWords } from "./check-deliveries";

/** What `--webhooks` asks for. */
export interface DeliveriesAsked {
  /** Whether the last push is delivered again. */
  readonly resend: boolean;
}

export interface DeliveryFindings {
  readonly deliveries: readonly Delivery[];
  readonly problems: readonly GitlabProblem[];
  readonly notes: readonly string[];
}

/**
 * Asks whether pushes arrive: GitLab for what it delivered last to the webhooks of what moved, and HCP Terraform for the errors that it
 * logged of the new connection.
 */
export async function findDeliveries(
  context: Context,
  moved: readonly VcsResource[],
  webhookUrls: ReadonlyMap<string, string>,
  newConnections: readonly string[],
  { resend }: DeliveriesAsked,
): Promise<DeliveryFindings> {
  const events = await vcsErrors(context, newConnections);
  const token = webhookToken(context);
  if (token === undefined) {
    const variable = `TF_VAR_${context.organization.connection.tokenVariable}`;
    const note = `GitLab was not asked for deliveries: neither GITLAB_TOKEN nor ${variable} is set`;
    return { deliveries: [], problems: [], notes: [note, ...events] };
  }
  if (moved.length === 0)
    return {
      deliveries: [],
      problems: [],
      notes: ["nothing has moved whose deliveries could be asked for", ...events],
    };
  const progress = createProgress(context.io);
  try {
    const deliveries = await withGitlab(context, token, (api) =>
      checkDeliveries(api, {
        resources: moved,
        webhookUrls,
        resend,
        onProgress: (done, total) => progress.step("deliveries", done, total),
      }),
    );
    const { problems, notes } = deliveriesInWords(deliveries, { key: context.paths.key, resend });
    return { deliveries, problems, notes: [...notes, ...events] };
  } finally {
    progress.end();
  }
}

/** Errors that HCP Terraform has of the new connection (a beta: connections to GitLab.com); none where the server keeps no such list. */
async function vcsErrors(context: Context, connections: readonly string[]): Promise<readonly string[]> {
  if (connections.length === 0) return [];
  const { organization, paths } = context;
  try {
    const listed = await withTfe(context, (client) =>
      listSomeVcsErrors(client, organization.organization, { connections }),
    );
    const times = (listed?.data ?? []).flatMap(({ attributes: { "created-at": at } }) =>
      typeof at === "string" ? [at] : [],
    );
    const last = times.sort().at(-1);
    if (last === undefined) return [];
    const many = times.length >= PAGE ? `${PAGE} errors or more` : count(times.length, "error");
    return [
      `HCP Terraform logged ${many} of the new connection in the last 10 days, the last at ${last}: repoint diagnose --vcs-events ${paths.key} says what they are`,
    ];
  } catch (error) {
    if (error instanceof ExternalError) return [`VCS events of the new connection are unknown: ${error.message}`];
    throw error;
  }
}

/** So many at most are in one page. */
const PAGE = 100;
