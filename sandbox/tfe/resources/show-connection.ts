import { many, one } from "../api/relationship";
import type { OauthClient, OauthToken } from "../state/records";
import type { TfeState } from "../state/tfe-state";

/** At most this many workspaces are named; the count tells of the rest (HCP Terraform API, "OAuth Clients"). */
const AFFECTED_SHOWN = 25;

/** A connection as the API shows it. `affected` adds the workspaces that use it. */
export function showClient(state: TfeState, client: OauthClient, affected: boolean): unknown {
  return {
    id: client.id,
    type: "oauth-clients",
    attributes: { ...client.attributes, ...(affected ? showAffected(state, client) : {}) },
    relationships: {
      organization: {
        ...one("organizations", client.organization),
        links: { related: `/api/v2/organizations/${client.organization}` },
      },
      projects: many("projects", client.projectIds),
      "oauth-tokens": {
        ...many("oauth-tokens", client.tokenIds),
        links: { related: `/api/v2/oauth-clients/${client.id}/oauth-tokens` },
      },
      "agent-pool": one("agent-pools", client.agentPoolId),
    },
    links: { self: `/api/v2/oauth-clients/${client.id}` },
  };
}

function showAffected(state: TfeState, client: OauthClient): Record<string, unknown> {
  const tokens = new Set(client.tokenIds);
  const using = [...state.workspaces.values()].filter(({ vcsRepo }) => tokens.has(vcsRepo?.["oauth-token-id"] ?? ""));
  return {
    "affected-workspaces": using.slice(0, AFFECTED_SHOWN).map(({ attributes }) => attributes.name),
    "affected-workspaces-count": using.length,
  };
}

export function showToken(token: OauthToken): unknown {
  return {
    id: token.id,
    type: "oauth-tokens",
    attributes: { "created-at": token.createdAt, "service-provider-user": token.user, "has-ssh-key": token.hasSshKey },
    relationships: {
      "oauth-client": {
        ...one("oauth-clients", token.clientId),
        links: { related: `/api/v2/oauth-clients/${token.clientId}` },
      },
    },
    links: { self: `/api/v2/oauth-tokens/${token.id}` },
  };
}
