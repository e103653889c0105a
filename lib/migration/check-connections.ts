import type { Problem } from "../errors";
import type { Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { type ConnectionFindings, compareConnections } from "./compare-connections";
import { coverageFindings } from "./connection-coverage";
import type { Decisions } from "./decide";
import { describeConnection, hasApplicationKey, isGitlab } from "./describe-connection";
import { checkOwnTokens, desiredConnection } from "./new-connection";
import { standing, wantedConnection } from "./own-connection";

/**
 * Everything about the old and the new connection that can be told before a plan: what plan, status, verify, retire and the review
 * go by. Pure.
 *
 * @param decisions a rollback (`back`) needs no right new connection: it leads away from it.
 */
export function checkConnections(decisions: Decisions): ConnectionFindings {
  const { organization, inventory } = decisions;
  const { problems } = desiredConnection(organization, inventory);
  const errors = [...problems, ...checkOldConnections(organization, inventory)];
  const warnings = [...oldConnectionWarnings(organization, inventory), ...referredToWarnings(organization, inventory)];
  if (onlyBack(decisions)) return { errors, warnings };
  const compared = compareConnections(decisions);
  const coverage = coverageFindings(decisions);
  // The comparison says which value to set back.
  const said = compared.errors.some(({ rule }) => rule === "plan/connection-changed");
  return {
    errors: [
      ...errors.filter(({ rule }) => !said || rule !== "plan/connection-fixed"),
      ...checkOwnTokens(organization, inventory),
      ...compared.errors,
      ...coverage.errors,
    ],
    warnings: [...warnings, ...compared.warnings, ...coverage.warnings],
  };
}

/** A way back on which nothing goes to the new connection meanwhile. */
function onlyBack({ organization, options, roles, decided }: Decisions): boolean {
  if (options.back === undefined && organization.direction === "forward") return false;
  return decided.every(
    ({ record, decision }) =>
      decision.type !== "adopt-first" &&
      ((decision.type !== "manage" && decision.type !== "over-api") ||
        decision.token.type === "id" ||
        roles.newTokenIds.has(record.vcsRepo?.oauthTokenId ?? "")),
  );
}

/** Whether the old connections of an organization file are there, and are GitLab's. */
export function checkOldConnections(organization: Organization, inventory: Inventory): readonly Problem[] {
  return organization.from.flatMap((id, index): Problem[] => {
    const at = { file: organization.file, path: `from[${index}]` };
    const connection = inventory.connections.find((candidate) => candidate.id === id);
    if (connection === undefined) {
      const present = inventory.connections.filter(({ gone }) => !gone).map(describeConnection);
      return [
        {
          rule: "plan/unknown-old-connection",
          ...at,
          message: `the organization has no connection ${id}; it has: ${present.join(", ") || "none"}`,
          fix: "give the id of the old connection",
        },
      ];
    }
    if (!isGitlab(connection)) {
      return [
        {
          rule: "plan/not-gitlab",
          ...at,
          message: `the connection ${describeConnection(connection)} is ${connection.serviceProvider}, not GitLab`,
          fix: "give a GitLab connection",
        },
      ];
    }
    return [];
  });
}

function oldConnectionWarnings(organization: Organization, inventory: Inventory): readonly string[] {
  return inventory.connections.flatMap((connection) => {
    if (!organization.from.includes(connection.id) || connection.gone) return [];
    const name = describeConnection(connection);
    return [
      ...(connection.tokens.length === 0
        ? [`the old connection ${name} has lost its token: everything that used it is already unlinked`]
        : []),
      ...(hasApplicationKey(connection)
        ? []
        : [
            `the old connection ${name} has no application key, so it may already use a personal access token (the API does not say)`,
          ]),
    ];
  });
}

/** A connection that this configuration made and no longer manages. */
function referredToWarnings(organization: Organization, inventory: Inventory): readonly string[] {
  const own = wantedConnection(organization, inventory);
  const found = own === undefined || own.managed ? undefined : standing(inventory, own);
  if (found === undefined) return [];
  return [
    `the connection ${describeConnection(found)} is used as if the organization file said connection: { existing: ${found.id} }: no state contains it, and Terraform cannot import it. Replace its personal access token in TFE, not with TF_VAR_${organization.connection.tokenVariable}`,
  ];
}
