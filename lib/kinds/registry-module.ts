import { z } from "zod";
import { Attributes } from "../tfe/attributes";
import type { Resource } from "../tfe/resource";
import type { Addressed, Kind } from "./kind";
import type { LinkInApiWords, LinkToSend } from "./link";
import { none, nothing } from "./provider-facts";
import { type Reading, recordOf } from "./record";
import { readLink, type VcsRepo } from "./vcs-repo";

const text = z.string();
const optionalText = z.string().nullable();

export const RegistryModuleSettings = z.strictObject({
  /** `private` or `public`. */
  registryName: text,
  namespace: text,
  provider: text,
  noCode: z.boolean(),
  /** `branch` or `git_tag`. */
  publishingMechanism: optionalText,
  testsEnabled: z.boolean().nullable(),
  agentExecutionMode: optionalText,
  agentPoolId: optionalText,
});
export type RegistryModuleSettings = z.infer<typeof RegistryModuleSettings>;

export const RegistryModuleRecord = recordOf("registry-module", RegistryModuleSettings);
export type RegistryModuleRecord = z.infer<typeof RegistryModuleRecord>;

type AddressedModule = Addressed<Pick<RegistryModuleSettings, "registryName" | "namespace" | "provider">>;

/** HCP Terraform API, "Registry modules". */
export const registryModule = {
  kind: "registry-module",
  words: "registry module",
  type: "registry-modules",
  id: /^mod-[A-Za-z0-9]+$/,
  entitlements: ["private-module-registry"],
  terraformType: "tfe_registry_module",
  provider: {
    tokenPath: "vcs_repo[0].oauth_token_id",
    configurationOnly: none,
    unread: nothing,
    clearedWhenLeftOut: nothing,
    computed: new Set(["publishing_mechanism"]),
  },
  isTokenAlone: false,
  overApi: true,
  read(resource: Resource): Reading<RegistryModuleRecord> {
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
  },
  path(organization: string, { name, settings }: AddressedModule) {
    const { registryName, namespace, provider } = settings;
    const parts = ["organizations", organization, "registry-modules", registryName, namespace, name, provider];
    return parts.map(encodeURIComponent).join("/");
  },
  importIds(organization: string, { id, name, settings }: AddressedModule) {
    const { registryName, namespace, provider } = settings;
    return [[organization, registryName, namespace, name, provider, id].join("/")] as const;
  },
  /** As `hashicorp/tfe` 0.80 (`updateRegistryModuleVCSRepo`; go-tfe #1376): what is empty is left out, and stays as it is. */
  linkInApiWords({ identifier, branch, tags, sourceDirectory, tagPrefix, oauthTokenId }: LinkToSend) {
    const hasBranch = branch !== undefined && branch !== "";
    return {
      ...(hasBranch ? { branch } : {}),
      // Left out, it stays; a server that does not tell it may publish from tags all the same.
      ...(tags === undefined || tags === hasBranch ? {} : { tags }),
      identifier,
      "oauth-token-id": oauthTokenId,
      ...(sourceDirectory ? { "source-directory": sourceDirectory } : {}),
      ...(tagPrefix ? { "tag-prefix": tagPrefix } : {}),
    };
  },
  linkDocument: (_: string, link: LinkInApiWords) => ({
    data: { type: "registry-modules", attributes: { "vcs-repo": link } },
  }),
  /** Whether it publishes from tags is in either of two places (HCP Terraform API, "Registry modules"). */
  linkThere: (link: object, { attributes }: Resource) =>
    "tags" in link && typeof link.tags === "boolean"
      ? link
      : { ...link, tags: attributes["publishing-mechanism"] === "git_tag" },
  /** No page says that the list and the reading of one both show its tests and how it is published. */
  asRecorded(now: Reading<RegistryModuleRecord>, { settings: was }: typeof now) {
    const is = now.settings;
    const settings = {
      ...is,
      publishingMechanism: ifBothShow(is.publishingMechanism, was.publishingMechanism),
      testsEnabled: ifBothShow(is.testsEnabled, was.testsEnabled),
      agentExecutionMode: ifBothShow(is.agentExecutionMode, was.agentExecutionMode),
      agentPoolId: ifBothShow(is.agentPoolId, was.agentPoolId),
    };
    return { ...now, settings };
  },
  manualSteps(
    { name, settings }: Reading<RegistryModuleRecord>,
    { through, repository }: { readonly through: string; readonly repository: string },
  ) {
    const { registryName, namespace, provider, testsEnabled, noCode } = settings;
    const full = `${registryName}/${namespace}/${name}/${provider}`;
    const more = [...(testsEnabled === true ? ["tests enabled"] : []), ...(noCode ? ["no-code provisioning"] : [])];
    const source = [repository, ...more].join(", ");
    const steps = (which: string, it: string, from: string) =>
      [
        `keep the old connection for ${it}, or delete ${which} with its versions`,
        `publish it again, through ${through}, from ${from}`,
        "wait for its versions (first read docs/how-to/registry-modules.md)",
      ].join("; ");
    return {
      whole: steps(full, "it", source),
      shared: steps("each", "them", "the repository listed with it"),
      own: `${full}, from ${source}`,
    };
  },
} as const satisfies Kind;

/** What re-points a module in place. */
export function modulePatch(vcsRepo: Omit<VcsRepo, "oauthTokenId">, tokenId: string): unknown {
  return registryModule.linkDocument("", registryModule.linkInApiWords({ ...vcsRepo, oauthTokenId: tokenId }));
}

const ifBothShow = <T>(is: T | null, was: T | null): T | null => (is === null || was === null ? was : is);

function moduleRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    ...readLink(repo),
    displayIdentifier: repo.text("display-identifier"),
    tags: repo.flag("tags"),
    sourceDirectory: repo.optional("source-directory"),
    tagPrefix: repo.optional("tag-prefix"),
  };
}
