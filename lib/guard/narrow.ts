import { kindOf } from "../kinds";
import type { VcsRepo } from "../kinds/vcs-repo";
import { type Resource, related } from "../tfe/resource";
import { shown } from "../util/secret";
import type { ExpectedLink } from "./expectation";
import type { Reading } from "./known";
import type { Document } from "./read-document";
import { isBlank, isObject, member, saysWhatIsThere } from "./same-value";

/** The token's key in a link. */
export const TOKEN = "oauth-token-id";
export const LINK = "vcs-repo";
const OWN_TAGS = "tag-bindings";

/**
 * What a PATCH says beside the token that is not as the server has it, each as `attribute: theirs → sent`; empty when it changes the
 * token alone. null is as the server has it, whatever that is: it is never sent on.
 *
 * An attribute that the server does not show is the same only when it is blank: what it would change cannot be known.
 */
export function differing(link: ExpectedLink, sent: Document, reading: Reading): readonly string[] {
  const { resource } = reading;
  const found: string[] = [];
  const compare = (name: string, value: unknown, there: unknown) => {
    if (!saysWhatIsThere(value, there)) found.push(`${name}: ${shown(there ?? null)} → ${shown(value)}`);
  };
  for (const [name, value] of Object.entries(sent.attributes)) {
    if (name !== LINK) compare(name, value, attributeThere(resource, name));
  }
  const repo = linkThere(link, resource);
  for (const [name, value] of Object.entries(member(sent.attributes, LINK) ?? {})) {
    if (name !== TOKEN) compare(`${LINK}.${name}`, value, member(repo, name));
  }
  for (const [name, value] of Object.entries(sent.relationships)) {
    // Tags are compared by {@link otherTags}.
    if (name !== OWN_TAGS || kindOf(link.kind).tagsQuery === undefined)
      compare(name, value, resource.relationships[name]?.data);
  }
  return found;
}

/**
 * Whether the tags that a PATCH names are no longer the object's own, in words; undefined when they are. The provider sends all that
 * the plan saw (`resource_tfe_workspace.go`, Update), and the inventory does not keep them: that somebody changed one since is seen
 * here alone.
 */
export function otherTags({ relationships }: Document, { tags }: Reading): string | undefined {
  const sent = relationships[OWN_TAGS];
  if (isBlank(sent)) return undefined;
  const [own, wanted] = [ownTags(tags), tagPairs(sent)];
  if (own !== undefined && wanted !== undefined && saysWhatIsThere(wanted, own)) return undefined;
  return `its tags: ${wordsOf(wanted) ?? "unreadable"} in the plan, ${wordsOf(own) ?? "unknown"} on the server`;
}

/** Whether a PATCH can be compared with a reading only if that has the object's tags. */
export const namesTags = ({ relationships }: Document): boolean => !isBlank(relationships[OWN_TAGS]);

/** The link to compare with: the server's; for one that is linked again, the expected one. */
function linkThere(link: ExpectedLink, resource: Resource): unknown {
  if (link.reconnect) return kindOf(link.kind).linkInApiWords({ ...link.vcsRepo, oauthTokenId: "" });
  const there = member(resource.attributes, LINK);
  return isObject(there) ? (kindOf(link.kind).linkThere?.(there, resource) ?? there) : there;
}

/** An attribute of the server's, under the other name that it has there (go-tfe, `Workspace` and `WorkspaceUpdateOptions`). */
function attributeThere(resource: Resource, name: string): unknown {
  const there = member(resource.attributes, name);
  if (there !== undefined) return there;
  if (name === "agent-pool-id") return related(resource, "agent-pool");
  const mode = member(resource.attributes, "execution-mode");
  return name === "operations" && typeof mode === "string" ? mode !== "local" : undefined;
}

type TagPair = Readonly<Record<string, string>>;

/** The tags that are the object's own: what is inherited is linked with where it comes from. */
function ownTags(tags: Reading["tags"]): readonly TagPair[] | undefined {
  return tags == null ? undefined : tagPairs(tags.filter((tag) => !member(member(tag, "links"), "inherited-from")));
}

/** Tags in one order; undefined for what is no list of them. */
function tagPairs(tags: unknown): readonly TagPair[] | undefined {
  if (!Array.isArray(tags)) return undefined;
  const pairs = new Map<string, TagPair>();
  for (const tag of tags) {
    const attributes = member(tag, "attributes");
    const [key, value] = [member(attributes, "key"), member(attributes, "value") ?? ""];
    if (typeof key !== "string" || typeof value !== "string" || pairs.has(key)) return undefined;
    pairs.set(key, { [key]: value });
  }
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

const wordsOf = (tags: readonly TagPair[] | undefined): string | undefined =>
  tags?.length === 0 ? "none" : tags?.map(shown).join(", ");

/**
 * The body that leaves.
 *
 * - A workspace's is the token alone. HashiCorp documents that a link is changed in the keys that are sent (HCP Terraform API, "Update
 *   a Workspace"; go-tfe, `WorkspaceUpdateOptions.VCSRepo`).
 * - A policy set's is the whole link as it is on the server, with the other token. Its page gives each key "(previous value)" as its
 *   default and does not say more; the whole link is right either way.
 * - A stack's is the whole link, since a branch that is left out is documented to become the default one, and with it what else
 *   falls back to a default (`lib/kinds/stack.ts`), as it is on the server.
 * - A registry module's is what `hashicorp/tfe` 0.80 sends (`lib/kinds/registry-module.ts`).
 *
 * A link that is lost is sent whole, as it was last seen, whatever the kind.
 */
export function narrowed(link: ExpectedLink, resource: Resource, current: VcsRepo | null, token: string): unknown {
  const { isTokenAlone, linkInApiWords, linkDocument } = kindOf(link.kind);
  const whole = link.reconnect || current === null ? link.vcsRepo : current;
  const repo = isTokenAlone && !link.reconnect ? { [TOKEN]: token } : linkInApiWords({ ...whole, oauthTokenId: token });
  return linkDocument(link.id, repo, resource);
}
