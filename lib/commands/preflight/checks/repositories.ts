import { count } from "../../../cli/table";
import type { PreflightFacts } from "../facts";
import type { Said } from "../finding";
import type { RepositoryReading } from "../readings-file";
import type { Check } from "./check";

/** GitLab.com's limit, and the usual one of a GitLab of one's own ("Webhook limits": an administrator may change it). */
const MOST_WEBHOOKS = 100;
const AGAIN = "run repoint preflight again: it continues where it stopped";

/** Asks the same of each repository that was read; of those that were not, only the role is said to be unknown. */
function each(
  { repositories }: PreflightFacts,
  judge: (reading: RepositoryReading, path: string) => Omit<Said, "subject"> | undefined,
): readonly Said[] {
  return [...repositories].flatMap(([subject, reading]) => {
    const said = judge(reading, subject);
    return said === undefined ? [] : [{ subject, ...said }];
  });
}

/** The token's user may make webhooks there, as Maintainers and Owners may. */
export const repositoryRole: Check = {
  name: "repository-role",
  check: (facts) =>
    each(facts, ({ rights, reason, remedy }) => {
      switch (rights) {
        case "may":
          return { status: "ok", what: "the token's user may make webhooks", remedy: null };
        case "may-not":
          return { status: "error", what: reason, remedy };
        case "unknown":
          return {
            status: "unknown",
            what: `whether the token's user may make webhooks is unknown: ${reason}`,
            remedy: remedy === "" ? AGAIN : remedy,
          };
      }
    }),
};

/** The repository is where TFE looks for it. */
export const repositoryPath: Check = {
  name: "repository-path",
  check: (facts) =>
    each(facts, ({ rights, movedTo }) => {
      if (rights !== "may") return undefined;
      if (movedTo === null) return { status: "ok", what: "it exists under this path", remedy: null };
      return {
        status: "error",
        what: `GitLab has moved it to ${movedTo}: under the old path TFE can make no webhook`,
        remedy: `set the repository to ${movedTo} in TFE, then run repoint inventory`,
      };
    }),
};

/** An archived repository takes no push, so that nothing can be tried, and may refuse webhooks. */
export const repositoryArchived: Check = {
  name: "repository-archived",
  check: (facts) =>
    each(facts, ({ rights, archived }) => {
      if (rights !== "may") return undefined;
      if (archived === null) {
        return { status: "unknown", what: "GitLab did not say whether it is archived", remedy: AGAIN };
      }
      return archived
        ? {
            status: "error",
            what: "it is archived: nobody can push to it",
            remedy: "unarchive it in GitLab, or leave its workspaces out (select: exclude:)",
          }
        : { status: "ok", what: "it is not archived", remedy: null };
    }),
};

/** There is room for the webhooks that TFE may make: one for each resource, if it keeps none of the old ones. */
export const repositoryRoom: Check = {
  name: "repository-webhooks",
  check: (facts) => {
    const wanted = new Map<string, number>();
    for (const { id, vcsRepo } of facts.resources)
      if (vcsRepo !== null && facts.toMove.has(id))
        wanted.set(vcsRepo.identifier, (wanted.get(vcsRepo.identifier) ?? 0) + 1);
    const hosted = facts.organization.gitlab.serviceProvider === "gitlab_hosted";
    return each(facts, ({ rights, webhooks }, path) => {
      if (rights !== "may") return undefined;
      if (webhooks === null) return { status: "unknown", what: "its webhooks were not counted", remedy: AGAIN };
      const more = wanted.get(path) ?? 0;
      const has = `it has ${count(webhooks, "webhook")}`;
      if (webhooks + more <= MOST_WEBHOOKS)
        return { status: "ok", what: "there is room for TFE's webhooks", remedy: null };
      const remedy = "delete webhooks that nobody needs, in GitLab under Settings > Webhooks";
      const full = webhooks >= MOST_WEBHOOKS && hosted;
      return {
        status: full ? "error" : "warning",
        what: `${has}, TFE may make ${more} more, and ${hosted ? "GitLab.com allows" : "GitLab usually allows"} ${MOST_WEBHOOKS}`,
        remedy,
      };
    });
  },
};

/** TFE's own view, once the connection is there. No documentation has the route, so that its silence says nothing. */
export const repositorySeen: Check = {
  name: "repository-seen-by-tfe",
  check: ({ tfe, repositories }) => {
    if (tfe === undefined) return [];
    const { sees } = tfe;
    if (sees.type === "refused") {
      return [
        {
          subject: "the new connection",
          status: "error",
          what: `TFE cannot use its token: ${sees.reason}`,
          remedy: "check the token in the connection, and that TFE reaches GitLab",
        },
      ];
    }
    if (sees.type === "unknown")
      return [{ subject: "the new connection", status: "unknown", what: sees.reason, remedy: null }];
    return [...repositories.keys()].map((subject) =>
      sees.paths.has(subject.toLowerCase())
        ? { subject, status: "ok", what: "TFE sees it through the new connection", remedy: null }
        : {
            subject,
            status: "warning",
            what: "TFE does not list it for the new connection",
            remedy: "check its path, and the role of the token's user",
          },
    );
  },
};
