import type { Route } from "./api/route";
import { accountRoutes } from "./resources/account";
import { agentPoolRoutes } from "./resources/agent-pools";
import { configurationVersionRoutes } from "./resources/configuration-versions";
import { oauthClientRoutes } from "./resources/oauth-clients";
import { oauthTokenRoutes } from "./resources/oauth-tokens";
import { organizationRoutes } from "./resources/organizations";
import { policySetRoutes } from "./resources/policy-sets";
import { projectRoutes } from "./resources/projects";
import { registryModuleRoutes } from "./resources/registry-modules";
import { sshKeyRoutes } from "./resources/ssh-keys";
import { stackComponentRoutes } from "./resources/stack-components";
import { stackRoutes } from "./resources/stacks";
import { vcsEventRoutes } from "./resources/vcs-events";
import { workspaceLockRoutes } from "./resources/workspace-locks";
import { workspaceRelationshipRoutes } from "./resources/workspace-relationships";
import { workspaceRoutes } from "./resources/workspaces";

/** Everything that the sandbox's TFE answers, but for discovery and ping, which need no token. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...organizationRoutes,
  ...projectRoutes,
  ...oauthClientRoutes,
  ...oauthTokenRoutes,
  ...workspaceRoutes,
  ...workspaceLockRoutes,
  ...workspaceRelationshipRoutes,
  ...configurationVersionRoutes,
  ...policySetRoutes,
  ...registryModuleRoutes,
  ...stackRoutes,
  ...stackComponentRoutes,
  ...agentPoolRoutes,
  ...sshKeyRoutes,
  ...vcsEventRoutes,
];
