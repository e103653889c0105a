import { Attributes } from "../tfe/attributes";
import { type Resource, related, relatedAll } from "../tfe/resource";
import type { ResourceReading, VcsRepo } from "./schema";

/** From the API's words to the inventory's, one kind each (HCP Terraform API, "Workspaces", "Policy Sets", …). */
export function mapWorkspace(resource: Resource): ResourceReading {
  const a = new Attributes(resource);
  return {
    kind: "workspace",
    id: resource.id,
    name: a.required("name"),
    projectId: related(resource, "project"),
    vcsRepo: workspaceRepo(a.object("vcs-repo")),
    settings: {
      description: a.optional("description"),
      allowDestroyPlan: a.flag("allow-destroy-plan", true),
      assessmentsEnabled: a.flag("assessments-enabled"),
      autoApply: a.flag("auto-apply"),
      autoApplyRunTrigger: a.flag("auto-apply-run-trigger"),
      autoDestroyAt: a.optional("auto-destroy-at"),
      autoDestroyActivityDuration: a.optional("auto-destroy-activity-duration"),
      inheritsProjectAutoDestroy: a.flag("inherits-project-auto-destroy"),
      executionMode: a.required("execution-mode"),
      agentPoolId: related(resource, "agent-pool"),
      fileTriggersEnabled: a.flag("file-triggers-enabled", true),
      globalRemoteState: a.flag("global-remote-state"),
      queueAllRuns: a.flag("queue-all-runs"),
      source: a.optional("source"),
      sourceName: a.optional("source-name"),
      sourceUrl: a.optional("source-url"),
      speculativeEnabled: a.flag("speculative-enabled", true),
      sshKeyId: related(resource, "ssh-key"),
      structuredRunOutputEnabled: a.flag("structured-run-output-enabled", true),
      terraformVersion: a.optional("terraform-version"),
      triggerPrefixes: a.texts("trigger-prefixes"),
      triggerPatterns: a.texts("trigger-patterns"),
      workingDirectory: a.text("working-directory"),
      tagNames: a.texts("tag-names").sort(),
    },
  };
}

export function mapPolicySet(resource: Resource): ResourceReading {
  const a = new Attributes(resource);
  return {
    kind: "policy-set",
    id: resource.id,
    name: a.required("name"),
    projectId: null,
    vcsRepo: withSubmodules(a.object("vcs-repo")),
    settings: {
      description: a.optional("description"),
      global: a.flag("global"),
      kind: a.optional("kind") ?? "sentinel",
      overridable: a.optionalFlag("overridable"),
      agentEnabled: a.flag("agent-enabled"),
      policyToolVersion: a.optional("policy-tool-version"),
      policiesPath: a.optional("policies-path"),
      policyUpdatePatterns: a.texts("policy-update-patterns"),
      workspaceIds: [...relatedAll(resource, "workspaces")],
      projectIds: [...relatedAll(resource, "projects")],
      workspaceExclusionIds: [...relatedAll(resource, "workspace-exclusions")],
    },
  };
}

export function mapRegistryModule(resource: Resource): ResourceReading {
  const a = new Attributes(resource);
  const tests = a.object("test-config");
  return {
    kind: "registry-module",
    id: resource.id,
    name: a.part("name"),
    projectId: null,
    vcsRepo: moduleRepo(a.object("vcs-repo")),
    settings: {
      registryName: a.optional("registry-name") === null ? "private" : a.part("registry-name"),
      namespace: a.part("namespace"),
      provider: a.part("provider"),
      noCode: a.flag("no-code"),
      publishingMechanism: a.optional("publishing-mechanism"),
      testsEnabled: tests?.optionalFlag("tests-enabled") ?? null,
      agentExecutionMode: tests?.optional("agent-execution-mode") ?? null,
      agentPoolId: tests?.optional("agent-pool-id") ?? null,
    },
  };
}

export function mapStack(resource: Resource): ResourceReading {
  const a = new Attributes(resource);
  const repo = a.object("vcs-repo");
  return {
    kind: "stack",
    id: resource.id,
    name: a.required("name"),
    projectId: related(resource, "project"),
    vcsRepo: stackRepo(repo),
    settings: {
      description: a.optional("description"),
      agentPoolId: related(resource, "agent-pool"),
      migration: a.optionalFlag("migration"),
      speculativeEnabled: a.optionalFlag("speculative-enabled"),
      triggerPatterns: a.has("trigger-patterns") ? a.texts("trigger-patterns") : null,
      workingDirectory: a.optional("working-directory"),
      // What a server does not show is left out, and so is no difference.
      ...shown("executionMode", a.optional("execution-mode")),
      ...shown("triggerDisabled", a.optionalFlag("trigger-disabled")),
      ...shown("linkedStackConnections", a.record("linked-stack-connections")),
    },
  };
}

function shown<K extends string, V>(key: K, value: V | null): { readonly [key in K]?: V } {
  const pair: { [key in K]?: V } = {};
  if (value !== null) pair[key] = value;
  return pair;
}

function stackRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    ...common(repo),
    ...shown("tagsRegex", repo.optional("tags-regex")),
    ...shown("sparseCheckoutPattern", repo.optional("sparse-checkout-pattern")),
    ...shown("triggerDisabled", repo.optionalFlag("trigger-disabled")),
  };
}

function common(repo: Attributes): VcsRepo {
  return {
    identifier: repo.required("identifier"),
    branch: repo.text("branch"),
    oauthTokenId: repo.optional("oauth-token-id"),
    githubAppInstallationId: repo.optional("github-app-installation-id"),
  };
}

function withSubmodules(repo: Attributes | null): VcsRepo | null {
  return repo === null ? null : { ...common(repo), ingressSubmodules: repo.flag("ingress-submodules") };
}

function workspaceRepo(repo: Attributes | null): VcsRepo | null {
  const link = withSubmodules(repo);
  return repo === null || link === null ? null : { ...link, tagsRegex: repo.optional("tags-regex") };
}

function moduleRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    ...common(repo),
    displayIdentifier: repo.text("display-identifier"),
    tags: repo.flag("tags"),
    sourceDirectory: repo.optional("source-directory"),
    tagPrefix: repo.optional("tag-prefix"),
  };
}

/** The documentation shows no branch: versions come from Git tags. */
export function componentRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    identifier: repo.required("identifier"),
    oauthTokenId: repo.optional("oauth-token-id"),
    githubAppInstallationId: repo.optional("github-app-installation-id"),
    sourceDirectory: repo.optional("source-directory"),
    tagPrefix: repo.optional("tag-prefix"),
  };
}
